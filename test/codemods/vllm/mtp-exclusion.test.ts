import { describe, expect, it } from 'vitest';
import codemod from '../../../codemods/vllm/mtp-exclusion/codemod.js';
import { answers, TABLE } from '../../support/exclude-table.js';
import { fixFixture } from '../../support/judge-files.js';
import { hasPython } from '../../support/python.js';

const SHAPES = ['wildcards-in-the-base-class', 'regexps-in-the-config', 'crlf-moved-and-commented'];

describe.skipIf(!hasPython)('the edited matcher, run by python3 (skipped without it)', () => {
  it.each(SHAPES)('%s answers the table of exclude lists', async (shape) => {
    const files = await fixFixture(codemod, shape);
    expect(answers([...files.values()][0]!)).toEqual(TABLE.map(([, , excluded]) => excluded));
  });
});
