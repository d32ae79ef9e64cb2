import { describe, expect, it } from 'vitest';
import { parts, places } from '../../codemods/_families/places.js';
import { callsOf, insertLinesAfter, keywordValue, mark, markBehind, replace } from '../../src/api.js';
import { judgeTree } from '../../src/judge/judge.js';
import { BUILD, MemoryTree } from '../support/memory.js';

const ABOUT = {
  project: 'vllm',
  title: 'a test',
  why: 'because',
  references: [],
  retire: 'never',
  reason: { wrong: 'it is wrong', right: 'it is right' },
} as const;

/** `rows(limit=64)` must be 32. */
const LIMIT = {
  language: 'python' as const,
  paths: /^rows\/\w+\.py$/,
  content: /\brows\(/,
};
const limit = places({
  ...ABOUT,
  ...LIMIT,
  id: 'vllm/limit',
  find: ({ root, file: { text } }) => callsOf(root, 'rows', text).map((node) => ({ node })),
  judge({ node }, { file: { text } }) {
    const value = keywordValue(node, 'limit', text);
    return value?.text === '32' ? ['right', '32'] : [value?.text === '64' ? 'wrong' : 'unknown', 'not 32'];
  },
  edit: async ({ node }, { file }) => [
    replace(file, keywordValue(node, 'limit', file.text)!, '32'),
    markBehind(file, node.startIndex, 'vllm/limit'),
  ],
  absent: (documents) => `none in ${documents.length} files`,
});

/** Behind `start()` there must be a line of ours. */
const LINE = `stop()  # ${mark('vllm/stop')}`;
const stop = parts({
  ...ABOUT,
  id: 'vllm/stop',
  parts: [
    {
      language: 'python',
      paths: /^starts\.py$/,
      content: /\bstart\(/,
      named: true,
      look: ({ root, file }) =>
        callsOf(root, 'start', file.text).map((node) => ({
          node,
          marked: { startIndex: node.startIndex, endIndex: file.text.length },
          said: [/\bstop\(/.test(file.text) ? 'right' : 'wrong', 'a start'],
          edits: [insertLinesAfter(file, node.parent!, [LINE])],
          lines: [LINE],
        })),
    },
  ],
  strange: (sites) => (sites.length > 1 ? 'more than one start' : undefined),
  absent: 'nothing starts',
});

const judged = async (codemod: typeof limit, files: Record<string, string>) => {
  const [outcome] = await judgeTree(new MemoryTree(files), [codemod], BUILD);
  const { verdict, reason, sites } = outcome!;
  return { verdict, reason, states: sites.map(({ state }) => state) };
};

describe('a fix of places', () => {
  it('judges and edits each by itself, whatever the others are', async () => {
    const text = 'a = rows(limit=64)\nb = rows(limit=32)\n';
    expect(await judged(limit, { 'rows/a.py': text })).toMatchObject({
      verdict: 'needed',
      states: ['wrong', 'right'],
    });
    const odd = await judged(limit, { 'rows/a.py': text, 'rows/b.py': 'rows(limit=n)\n' });
    expect(odd).toMatchObject({ verdict: 'drifted', states: ['wrong', 'right', 'unknown'] });
  });

  it('says why there is none by the files that were looked into', async () => {
    expect((await judged(limit, {})).reason).toBe('none in 0 files');
    expect((await judged(limit, { 'rows/a.py': '# rows(\n' })).reason).toBe('none in 1 files');
  });

  it('drifts where a file does not parse: what it is about may stand in that part', async () => {
    const broken = await judged(limit, { 'rows/a.py': 'a = rows(limit=64)\ndef broken( = {\n' });
    expect(broken).toMatchObject({ verdict: 'drifted', states: ['unknown'] });
  });
});

describe('a fix of parts', () => {
  it('is applied while its lines stand beside the mark, and drifts when they were changed', async () => {
    const once = (line: string) => judged(stop, { 'starts.py': `start()\n${line}` });
    expect((await once('')).verdict).toBe('needed');
    expect((await once('stop()\n')).verdict).toBe('upstreamed');
    expect((await once(`${LINE}\n`)).verdict).toBe('applied');
    expect((await once(`stop(now)  # ${mark('vllm/stop')}\n`)).verdict).toBe('drifted');
    expect((await once(`# ${mark('vllm/stop')}\n`)).verdict).toBe('drifted');
  });

  it('drifts where its places do not belong together', async () => {
    expect(await judged(stop, { 'starts.py': 'start()\nstart()\n' })).toMatchObject({
      verdict: 'drifted',
      reason: 'more than one start',
    });
  });

  it('looks into files of its names alone, where that is said', async () => {
    expect(await judged(stop, { 'other_starts.py': 'start()\n' })).toMatchObject({
      verdict: 'not-applicable',
      reason: 'nothing starts',
    });
  });
});
