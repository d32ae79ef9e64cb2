import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { z } from 'zod';
import { Failure } from '../failure.js';
import type { SourceTree } from '../source/tree.js';
import { formatCase, parseCase } from './case-file.js';
import { caseSchema } from './case-schema.js';

/** One case of a fix: a tree, the verdict that it must get, and the edit that must be made. */
export interface Case extends z.infer<typeof caseSchema> {
  /** Of the fix: `<project>/<name>`. */
  readonly id: string;
  readonly name: string;
  readonly tree: SourceTree;
  /** The expected patch in bytes, undefined where nothing may be edited. */
  readonly diff: string | undefined;
  /** Writes another expected patch. */
  expect(diff: string): void;
}

type Files = Readonly<Record<string, string>>;

const DIFF = 'expected.diff';

function treeOf(files: Files): SourceTree {
  return {
    read: async (path) => (files[path] === undefined ? undefined : { path, text: files[path] }),
    paths: async () => Object.keys(files).sort(),
  };
}

function filesBelow(dir: string): Files {
  if (!existsSync(dir)) return {};
  const files: Record<string, string> = {};
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile()) files[relative(dir, file).split(sep).join('/')] = readFileSync(file, 'latin1');
  }
  return files;
}

interface Read {
  readonly meta: z.infer<typeof caseSchema>;
  readonly files: Files;
  readonly diff: string | undefined;
  expect(diff: string): void;
}

/** The cases of one fix, each read once. */
class Folder {
  readonly #read = new Map<string, Read>();

  constructor(
    readonly dir: string,
    readonly id: string,
  ) {}

  names(): string[] {
    return readdirSync(this.dir, { withFileTypes: true })
      .flatMap((entry) => {
        if (entry.isDirectory())
          return existsSync(join(this.dir, entry.name, 'case.json')) ? [entry.name] : [];
        return entry.name.endsWith('.case') ? [entry.name.slice(0, -'.case'.length)] : [];
      })
      .sort();
  }

  case(name: string): Case {
    const { meta, files, diff, expect } = this.#of(name, []);
    return { ...meta, id: this.id, name, tree: treeOf(files), diff, expect };
  }

  #of(name: string, way: readonly string[]): Read {
    if (way.includes(name)) throw new Failure('usage', `the cases ${way.join(', ')} lean on each other`);
    let read = this.#read.get(name);
    if (!read) {
      read = existsSync(join(this.dir, `${name}.case`)) ? this.#file(name, way) : this.#folder(name);
      this.#read.set(name, read);
    }
    return read;
  }

  #folder(name: string): Read {
    const dir = join(this.dir, name);
    const meta = checked(readFileSync(join(dir, 'case.json'), 'utf8'), `${this.id}/${name}`);
    const diff = join(dir, DIFF);
    return {
      meta,
      files: filesBelow(join(dir, 'before')),
      diff: existsSync(diff) ? readFileSync(diff, 'latin1') : undefined,
      expect: (text) => writeFileSync(diff, text, 'latin1'),
    };
  }

  #file(name: string, way: readonly string[]): Read {
    const path = join(this.dir, `${name}.case`);
    const { head, files: own } = parseCase(readFileSync(path, 'latin1'));
    const meta = checked(Buffer.from(head, 'latin1').toString('utf8'), `${this.id}/${name}`);
    const files: Record<string, string> = { ...(meta.from ? this.#of(meta.from, [...way, name]).files : {}) };
    for (const [file, text] of own) {
      if (text === null) delete files[file];
      else if (file !== DIFF) files[file] = text;
    }
    return {
      meta,
      files: meta.crlf
        ? Object.fromEntries(Object.entries(files).map(([at, text]) => [at, crlf(text)]))
        : files,
      diff: own.get(DIFF) ?? undefined,
      expect: (text) =>
        writeFileSync(path, formatCase({ head, files: new Map(own).set(DIFF, text) }), 'latin1'),
    };
  }
}

const crlf = (text: string): string => text.replace(/\r?\n/g, '\r\n');

function checked(json: string, name: string): z.infer<typeof caseSchema> {
  try {
    return caseSchema.parse(JSON.parse(json));
  } catch (cause) {
    throw new Failure('usage', `the case ${name} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** The cases of one fix, from its folder of fixtures. */
export function readCases(dir: string, id: string): Case[] {
  const folder = new Folder(dir, id);
  return folder.names().map((name) => folder.case(name));
}
