/**
 * Choices that follow from a seed and from the text that they are about, and from nothing else: the same change
 * is then made in a file and in its edited twin, wherever the two say the same.
 */
export interface Choice {
  /** True for about one text in `rate`. */
  takes(text: string, rate?: number): boolean;
  /** A number from 0 to `count` - 1. */
  of(text: string, count: number): number;
  /** Other choices from the same seed. */
  apart(name: string): Choice;
}

/** FNV-1a, finished as in MurmurHash3: 32 bits, well mixed. */
export function hash(text: string, seed: number): number {
  let value = (0x811c9dc5 ^ seed) >>> 0;
  for (let at = 0; at < text.length; at += 1)
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193) >>> 0;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b) >>> 0;
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35) >>> 0;
  return (value ^ (value >>> 16)) >>> 0;
}

export function choiceOf(seed: number): Choice {
  return {
    takes: (text, rate = 2) => hash(text, seed) % rate === 0,
    of: (text, count) => hash(text, seed) % count,
    apart: (name) => choiceOf(hash(name, seed)),
  };
}
