import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import software from '../../codemods/vllm/software-e2m1/codemod.js';
import { FolderTree } from '../../src/tree/folder-tree.js';
import { targetsOf } from '../../src/verify/targets.js';
import { fixFixture, fixtureTree } from '../support/judge-files.js';
import { mapTree } from '../support/map-tree.js';
import { ROOT } from '../support/sources.js';
import { subjectOf } from '../support/subject.js';

const CASE = 'three-conversions-in-utils';

describe('the targets of a tree', () => {
  it('have the plain one where the conversion in software is in', async () => {
    const fixed = await fixFixture(software, CASE);
    expect(await targetsOf(subjectOf(mapTree(Object.fromEntries(fixed))))).toContain('12.1');
  });

  it('have it where the build needs that conversion and does not have it', async () => {
    const subject = subjectOf(fixtureTree(software.id, CASE));
    expect(await targetsOf({ ...subject, build: { cuda: '13.0', arch: '12.1' } })).toContain('12.1');
  });

  it('do not have it where that conversion was left out for want of an effect', async () => {
    const tree = new FolderTree(join(ROOT, 'fixtures/trees/mini-vllm'));
    const subject = { ...subjectOf(tree), build: { cuda: '13.0', arch: '12.0f' } };
    expect(await targetsOf(subject)).toEqual(['12.1a', '12.0f']);
  });
});
