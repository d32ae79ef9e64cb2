import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import type { Log } from 'sarif';
import { describe, expect, it } from 'vitest';
import { sarif } from '../../src/report/sarif.js';
import { driftedReview, embeddedReview } from '../support/reviews.js';

/** The published schema (sarif-schema-2.1.0.json of oasis-tcs/sarif-spec); it is not ours to copy. */
const SCHEMA = process.env.DGX_PATCH_SARIF_SCHEMA;
const without = SCHEMA ? '' : ' (skipped: DGX_PATCH_SARIF_SCHEMA names no copy of it)';

const read = (text: string): Log => JSON.parse(text) as Log;

describe('sarif', () => {
  it('has a note with its effect for each needed fix that has one, and no error where nothing blocks', async () => {
    const review = await embeddedReview();
    const results = read(sarif([review], '1.2.3')).runs.flatMap((run) => run.results!);
    const open = review.outcomes.filter(({ effect }) => effect && effect.kind !== 'none');
    expect(open.length).toBeGreaterThan(0);
    expect(results.map(({ ruleId, level, properties }) => [ruleId, level, properties])).toEqual(
      open.map(({ codemod, effect }) => [codemod.id, 'note', { effect }]),
    );
  });

  it('says at which upstream file and line a fix drifted, and where that is on the web', async () => {
    const [run] = read(sarif([await driftedReview()], '1.2.3')).runs;
    const [result, ...more] = run!.results!;
    expect(more.map(({ level }) => level)).not.toContain('error');
    expect(run!.tool.driver.rules![result!.ruleIndex!]!.id).toBe(result!.ruleId);
    const place = result!.locations![0]!.physicalLocation!;
    expect(place.artifactLocation!.uri).toBe('csrc/quantization/fp4/nvfp4_utils.cuh');
    expect(place.region!.startLine).toBeGreaterThan(1);
    expect(run!.originalUriBaseIds![place.artifactLocation!.uriBaseId!]!.uri).toMatch(/^https:.*\/$/);
  });

  it('gives the same finding the same fingerprint at another commit', async () => {
    const review = await driftedReview();
    const moved = { ...review, target: { ...review.target, commit: 'f'.repeat(40), revision: 'later' } };
    const prints = read(sarif([review, moved], '1')).runs.map(
      ({ results }) => results![0]!.partialFingerprints,
    );
    expect(prints[0]).toEqual(prints[1]);
  });

  it.skipIf(!SCHEMA)(`is valid by the published schema${without}`, async () => {
    const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
    formats.default(ajv);
    // It is published for two drafts of JSON Schema, alike but for how they name themselves.
    const { $schema: _, id: _id, $id: _id2, ...schema } = JSON.parse(readFileSync(SCHEMA!, 'utf8'));
    const validate = ajv.compile(schema);
    validate(
      read(
        sarif([await embeddedReview(), await driftedReview()], '1.2.3', () => ({
          path: 'pins.json',
          line: 3,
        })),
      ),
    );
    expect(validate.errors).toBeNull();
  });
});
