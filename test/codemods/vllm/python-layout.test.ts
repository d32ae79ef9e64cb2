import { describe, expect, it } from 'vitest';
import { CODEMODS } from '../../../codemods/registry.js';
import { judgeTree } from '../../../src/judge/judge.js';
import { OverlayTree } from '../../../src/tree/overlay-tree.js';
import { allFixtures } from '../../support/fixture.js';
import { fixtureTree } from '../../support/judge-files.js';
import { mapTree } from '../../support/map-tree.js';

const BUILD = { cuda: '13.0', arch: '12.1a' };

/** Rewrites that change the layout of Python and nothing else. */
const LAYOUTS: Record<string, (text: string) => string> = {
  'Windows line ends': (text) => text.replace(/\r?\n/g, '\r\n'),
  tabs: (text) => text.replace(/^(?: {4})+/gm, (blanks) => '\t'.repeat(blanks.length / 4)),
  'comments between arguments': (text) => text.replace(/^(\s+[^"'#\n]*[,(])(\r?\n)/gm, '$1$2    # a note$2'),
  'blank lines before statements': (text) => text.replace(/^(\s*(?:return|self\.|if )[^\n]*\n)/gm, '\n$1'),
  'no newline at the end': (text) => text.trimEnd(),
};

async function relaid(id: string, name: string, lay: (text: string) => string) {
  const tree = fixtureTree(id, name);
  const files: Record<string, string> = {};
  for (const path of await tree.paths()) {
    const { text } = (await tree.read(path))!;
    files[path] = path.endsWith('.py') ? lay(text) : text;
  }
  return mapTree(files);
}

const python = allFixtures().filter(
  ({ diff, verdict }) => verdict === 'needed' && /^\+\+\+ .*\.py\s*$/m.test(diff ?? ''),
);

describe.each(Object.entries(LAYOUTS))('%s', (_, lay) => {
  it.each(python)(
    'change nothing for $id, $name',
    async ({ id, name, sites, build = BUILD, options = {} }) => {
      const codemod = CODEMODS.find((fix) => fix.id === id)!;
      const tree = await relaid(id, name, lay);
      const [outcome] = await judgeTree(tree, [codemod], build, { [id]: options });
      expect([outcome!.verdict, outcome!.sites.length, outcome!.reason]).toEqual([
        'needed',
        sites,
        outcome!.reason,
      ]);

      const [again] = await judgeTree(new OverlayTree(tree, outcome!.edits), [codemod], build, {
        [id]: options,
      });
      expect(again).toMatchObject({ verdict: 'applied', edits: [] });
    },
  );
});
