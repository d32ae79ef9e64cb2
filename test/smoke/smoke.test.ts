import { describe, expect, it } from 'vitest';
import type { SmokeReport } from '../../src/smoke/smoke.js';
import { garbage } from '../../src/smoke/text.js';
import { cli } from '../support/cli.js';
import { type Manner, standIn } from '../support/stand-in-server.js';

async function smoke(
  manner: Manner,
  ...args: string[]
): Promise<{ code: number; checks: Record<string, { outcome: string; detail: string }> }> {
  const { code, out } = await cli('smoke', '--url', await standIn(manner), '--wait', '10', '--json', ...args);
  const report = JSON.parse(out) as SmokeReport;
  return { code, checks: Object.fromEntries(report.checks.map((check) => [check.name, check])) };
}

describe('smoke', () => {
  it('passes a server that is well, and measures it', async () => {
    const { code, checks } = await smoke({});
    expect(code).toBe(0);
    for (const name of ['models', 'health', 'deterministic', 'streaming', 'tool call', 'throughput']) {
      expect(checks[name], name).toMatchObject({ outcome: 'passed' });
    }
    expect(checks.throughput).toMatchObject({ tokensPerSecond: expect.any(Number) });
  });

  it('waits while the model loads', async () => {
    expect(await smoke({ loading: 2 })).toMatchObject({ code: 0 });
  });

  it('takes the answer of a reasoning model', async () => {
    expect(await smoke({ reasoning: true })).toMatchObject({ code: 0 });
  });

  it.each<[string, Manner, string, string]>([
    [
      'the garbage of a kernel that computes nothing',
      { answer: () => '!'.repeat(40) },
      'deterministic',
      'over and over',
    ],
    ['an empty answer', { answer: () => '' }, 'deterministic', 'empty'],
    ['a wrong answer', { answer: () => 'It is Rome.' }, 'deterministic', 'wrong answer'],
    ['an answer that changes', { answer: (turn) => `Paris, ${turn}.` }, 'deterministic', 'differ'],
    ['a stream that is cut', { cutStream: true }, 'streaming', '[DONE]'],
    ['words in place of a tool call', { tools: 'text' }, 'tool call', 'no tool call'],
    ['a tool call with bad arguments', { tools: 'broken' }, 'tool call', 'arguments'],
  ])('fails %s with exit code 4', async (_what, manner, name, detail) => {
    const { code, checks } = await smoke(manner);
    expect(code).toBe(4);
    expect(checks[name]).toMatchObject({ outcome: 'failed', detail: expect.stringContaining(detail) });
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

  it.each(['nonsense', 'ftp://host'])('refuses the URL %s', async (url) => {
    expect(await cli('smoke', '--url', url)).toMatchObject({ code: 2 });
  });
});

describe('garbage', () => {
  it.each(['Paris', 'Paris.', 'a a b', 'wait... what?', '日本の首都は東京です', '-------'])(
    'lets %s pass',
    (text) => {
      expect(garbage(text)).toBeUndefined();
    },
  );

  it.each([
    '',
    '  \n',
    '!!!!!!!!',
    'so on 00000000',
    'no no no no no no no no',
    '\uFFFD\uFFFD a',
    '\x01\x02\x03',
  ])('finds %j', (text) => {
    expect(garbage(text)).toBeDefined();
  });
});
