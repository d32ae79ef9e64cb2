import { describe, expect, it } from 'vitest';
import type { SmokeReport } from '../../src/smoke/smoke.js';
import { cli } from '../support/cli.js';
import { type Manner, STORY, standIn } from '../support/stand-in-server.js';

async function smoke(manner: Manner, ...args: string[]) {
  const { code, out } = await cli('smoke', '--url', await standIn(manner), '--wait', '10', '--json', ...args);
  const report = JSON.parse(out) as SmokeReport;
  return { code, report, checks: Object.fromEntries(report.checks.map((check) => [check.name, check])) };
}

/** Says something else to questions of a kind. */
const to =
  (kind: RegExp, answer: (right: string, turn: number) => string): NonNullable<Manner['answer']> =>
  (question, turn, right) =>
    kind.test(question) ? answer(right, turn) : undefined;

const begin = (words: number): string => STORY.split(/\s+/).slice(0, words).join(' ');
/** Words that are none, no two alike. */
const NOISE = Array.from(
  { length: 60 },
  (_, i) => `z${'bcdfgh'[i % 6]}q${'klmnpr'[Math.floor(i / 6) % 6]}x${'stv'[i % 3]}`,
).join(' ');

describe('smoke', () => {
  it('passes a server that is well, measures it, and keeps what was said', async () => {
    const { code, checks, report } = await smoke({});
    expect(code).toBe(0);
    for (const name of ['models', 'health', 'known answers', 'deterministic', 'streaming', 'long answer']) {
      expect(checks[name], name).toMatchObject({ outcome: 'passed' });
    }
    expect(checks['second language']).toMatchObject({ outcome: 'passed' });
    expect(checks['tool call']).toMatchObject({ outcome: 'passed' });
    expect(checks['long answer']).toMatchObject({ tokensPerSecond: expect.any(Number) });
    expect(report.said.map(({ answer }) => answer)).toContain(STORY);
  });

  it('waits while the model loads', async () => {
    expect(await smoke({ loading: 2 })).toMatchObject({ code: 0 });
  });

  it('takes the answer of a reasoning model, with and without a parser for its thought', async () => {
    expect(await smoke({ reasoning: true })).toMatchObject({ code: 0 });
    const thinks = await smoke({
      answer: (_question, _turn, right) => `<think>Let me see.</think>\n\n${right}`,
    });
    expect(thinks.checks['known answers']).toMatchObject({ outcome: 'passed' });
    expect(thinks.code).toBe(0);
  });

  it.each<[string, Manner, string, string]>([
    ['a kernel that computes nothing', { answer: () => '!'.repeat(40) }, 'known answers', 'over and over'],
    ['an empty answer', { answer: () => '' }, 'known answers', 'empty'],
    ['a wrong answer', { answer: to(/France/, () => 'Rome.') }, 'known answers', 'wrong answer'],
    [
      'the right word, then noise',
      { answer: to(/France/, () => `Paris. ${NOISE}`) },
      'known answers',
      'wrong',
    ],
    ['wrong arithmetic', { answer: to(/17/, () => '43') }, 'known answers', '17 + 25'],
    ['a second language that is lost', { answer: to(/Haupt/, () => 'Room') }, 'known answers', 'Italien'],
    [
      'an answer that changes',
      { answer: to(/France/, (_, turn) => (turn > 5 ? 'It is Paris' : 'Paris')) },
      'deterministic',
      'differ',
    ],
    ['a stream that is cut', { cutStream: true }, 'streaming', '[DONE]'],
    [
      'one word without end',
      { answer: to(/lighthouse/, () => 'the '.repeat(200)) },
      'long answer',
      'over and over: "the"',
    ],
    [
      'a phrase without end',
      { answer: to(/lighthouse/, () => `${begin(40)} ${'and the sea was calm '.repeat(20)}`) },
      'long answer',
      'after 40 words, over and over',
    ],
    [
      'decay into words that are none',
      { answer: to(/lighthouse/, () => `${begin(72)} ${NOISE}`) },
      'long answer',
      'words that are none',
    ],
    [
      'decay into words without sentences',
      {
        answer: to(
          /lighthouse/,
          () =>
            `${begin(72)} ${'lamp stone ship rope harbour gull fog tide wave foam salt '
              .split(' ')
              .map((word, i) => `${word}${'s'.repeat(i % 2)}`)
              .join(
                ' ',
              )} ${'oar net bell hull mast deck sail keel anchor chain buoy cliff rock bay cove reef sand shell kelp crab eel cod squid whale seal'}`,
        ),
      },
      'long answer',
      'no English sentence',
    ],
    [
      'a language that is not the one asked for',
      { answer: to(/Deutsch/, () => STORY) },
      'second language',
      'no German sentence',
    ],
    [
      'bytes that are no text',
      { answer: to(/lighthouse/, () => '\uFFFD \uFFFD a '.repeat(9)) },
      'long answer',
      'no text',
    ],
    ['a tool call with bad arguments', { tools: 'broken' }, 'tool call', 'arguments'],
    ['a call of a tool that was not offered', { tools: 'other' }, 'tool call', 'not offered'],
    ['an answer that is no JSON', { html: true }, 'known answers', 'not JSON: "<html>'],
  ])('fails %s with exit code 4', async (_what, manner, name, detail) => {
    const { code, checks } = await smoke(manner);
    expect(checks[name]).toMatchObject({ outcome: 'failed', detail: expect.stringContaining(detail) });
    expect(code).toBe(4);
  });

  it('warns of words in place of a tool call, and of a stream that came at once', async () => {
    const { code, checks } = await smoke({ tools: 'text', atOnce: true });
    expect(code).toBe(0);
    expect(checks['tool call']).toMatchObject({ outcome: 'warning' });
    expect(checks['long answer']!.outcome).toMatch(/^(?:warning|passed)$/);
  });

  it('skips tools where the server has no parser for them', async () => {
    const { code, checks } = await smoke({ tools: 'none' });
    expect(code).toBe(0);
    expect(checks['tool call']).toMatchObject({
      outcome: 'skipped',
      detail: expect.stringContaining('--tool-call-parser'),
    });
  });

  it('fails a model that is not served, and asks it nothing', async () => {
    const { code, checks } = await smoke({}, '--model', 'other/model');
    expect(code).toBe(4);
    expect(checks.models!.detail).toContain('mini/model');
    expect(checks.deterministic).toBeUndefined();
  });

  it('says who does not listen, and what to do', async () => {
    const ran = await cli('smoke', '--url', 'http://127.0.0.1:9', '--wait', '0');
    expect(ran.code).toBe(3);
    expect(ran.err).toMatch(/not ready after 0 s: nobody listens[\s\S]*next:/);
  });

  it.each(['nonsense', 'ftp://host', 'localhost:8888'])('refuses the URL %s, and shows one', async (url) => {
    const ran = await cli('smoke', '--url', url);
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('--url http://') });
  });
});
