import { describe, expect, it } from 'vitest';
import { cli } from '../support/cli.js';

describe('a command line that cannot be read', () => {
  it.each([
    [['aply'], "unknown command 'aply'", 'apply', 'dgx-patch --help'],
    [['status', '--tagret', 'x'], "unknown option '--tagret'", '--target', 'dgx-patch status --help'],
    [['recipe', 'rum', 'x'], "unknown command 'rum'", 'run', 'dgx-patch recipe --help'],
    [['status', 'vllm@v0.16.0'], 'too many arguments', '--target vllm@v0.16.0', 'dgx-patch status --help'],
    [['status', '--target'], 'argument missing', '', 'dgx-patch status --help'],
    [['smoke'], "required option '--url <url>'", '', 'dgx-patch smoke --help'],
    [['explain'], "missing required argument 'id'", '', 'dgx-patch explain --help'],
  ])('%j: what, why and next', async (argv, what, why, next) => {
    const { code, out, err } = await cli(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^dgx-patch: .+\n(?: {2}perhaps: .+\n)? {2}next: {4}.+\n$/);
    for (const words of [what, why, next]) expect(err).toContain(words);
  });

  it('without a command shows the help', async () => {
    expect(await cli()).toMatchObject({ code: 2, err: expect.stringContaining('Usage: dgx-patch') });
  });
});

describe('names that are nearly right', () => {
  it('a bare name is a fix', async () => {
    expect((await cli('explain', 'software-e2m1')).out).toMatch(/^vllm\/software-e2m1 /);
    const bare = await cli(
      'status',
      '--target',
      'vllm@v0.16.0',
      '--mirror',
      'vllm=/nowhere',
      '--only',
      'mtp-exclusion',
    );
    // The request is right; only its mirror is not there.
    expect(bare.code).toBe(3);
  });

  it.each([
    [['explain', 'vllm/sofware-e2m1'], 'did you mean vllm/software-e2m1'],
    [['build', '--set', 'newst'], 'did you mean newest'],
    [['recipe', 'show', 'qwen3-8b-nvfp'], 'did you mean qwen3-8b-nvfp4'],
  ])('%j is asked about', async (argv, meant) => {
    expect(await cli(...argv)).toMatchObject({ code: 2, err: expect.stringContaining(meant) });
  });
});

it.each(['', ','])('--only %j asks for nothing, and not for every fix', async (ids) => {
  const ran = await cli('status', '--target', 'vllm@v0.16.0', '--only', ids);
  expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringContaining('It names no fix') });
});
