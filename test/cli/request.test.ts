import { describe, expect, it } from 'vitest';
import { cli } from '../support/cli.js';

/** A mirror that is not there: whoever looks for the target first ends with 3. */
const NOWHERE = ['--mirror', 'vllm=/nowhere/at/all'];

describe('a request that cannot be right', () => {
  it.each([
    ['an unknown fix', ['--only', 'vllm/none'], 'there is no fix "vllm/none"'],
    ['an unknown fix to skip', ['--skip', 'vllm/none'], 'there is no fix "vllm/none"'],
    ['an unknown fix option', ['--option', 'vllm/software-e2m1.gard=sm121'], 'there is no fix option'],
    ['an unknown value', ['--option', 'vllm/software-e2m1.guard=no'], 'is one of feature, sm121'],
    ['an arch list of another form', ['--arch', 'sm_121a'], '"sm_121a" is not an arch list'],
    ['a CUDA version of another form', ['--cuda', '13'], '"13" is not a CUDA version'],
    ['a selection that leaves nothing', ['--only', 'flashinfer/jit-job-cap'], 'no fix of vllm is left'],
    ['a second target that is none', ['--target', 'vllm@-x'], '"-x" is not a commit'],
  ])('%s ends before any target is looked for', async (_name, args, message) => {
    for (const command of ['status', 'diff']) {
      const { code, out, err } = await cli(command, '--target', 'vllm@v0.16.0', ...NOWHERE, ...args);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain(message);
    }
  });

  it.each([
    ['no target', ['status'], 'no target was given'],
    [
      'another transport',
      ['status', '--target', 'vllm@v1', '--mirror', 'vllm=ext::sh'],
      'not an allowed URL',
    ],
    [
      'a pins file that is not there',
      ['status', '--target', 'vllm@v1', '--pins', 'none.json'],
      'cannot be read',
    ],
  ])('%s is wrong usage', async (_name, args, message) => {
    const { code, out, err } = await cli(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });

  it('is told from one whose target is not there', async () => {
    expect(await cli('status', '--target', 'vllm@v0.16.0', ...NOWHERE)).toMatchObject({ code: 3, out: '' });
  });
});
