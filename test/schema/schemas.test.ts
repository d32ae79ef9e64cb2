import { readdirSync, readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parseCase } from '../../src/author/case-file.js';
import { statusDocument } from '../../src/report/document.js';
import { jsonSchemas } from '../../src/schema/schemas.js';
import { decoded } from '../../src/source/text.js';
import { embeddedReview } from '../support/reviews.js';

const root = new URL('../../', import.meta.url).pathname;
const text = (path: string): string => readFileSync(root + path, 'utf8');
const json = (path: string): unknown => JSON.parse(text(path));

const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);
const validators = new Map<string, ValidateFunction>();

function errorsOf(schema: string, value: unknown): unknown {
  const validate = validators.get(schema) ?? ajv.compile(json(`schemas/${schema}.schema.json`) as object);
  validators.set(schema, validate);
  validate(value);
  return validate.errors ?? [];
}

describe('schemas/', () => {
  it('holds what the code checks with: npm run schemas', () => {
    const made = jsonSchemas();
    expect(readdirSync(`${root}schemas`).sort()).toEqual([...made.keys()].sort());
    for (const [name, schema] of made) expect(text(`schemas/${name}`), name).toBe(schema);
  });

  it.each(['upstream-pins', 'upstream-pins.lock'])('describes %s.json', (name) => {
    expect(errorsOf(name, json(`${name}.json`))).toEqual([]);
  });

  it('describes every recipe', () => {
    for (const file of readdirSync(`${root}recipes`).filter((name) => name.endsWith('.json'))) {
      expect(errorsOf('recipe', json(`recipes/${file}`)), file).toEqual([]);
    }
  });

  it('describes every fixture case', () => {
    const paths = readdirSync(`${root}fixtures`, { recursive: true, encoding: 'utf8' });
    const heads = [
      ...paths
        .filter((path) => path.endsWith('/case.json'))
        .map((path) => [path, text(`fixtures/${path}`)] as const),
      ...paths
        .filter((path) => path.endsWith('.case'))
        .map((path) => [path, parseCase(text(`fixtures/${path}`)).head] as const),
    ];
    expect(heads.length).toBeGreaterThan(10);
    for (const [path, head] of heads) expect(errorsOf('case', JSON.parse(head)), path).toEqual([]);
  });

  it('describes what status and diff print', async () => {
    const review = await embeddedReview();
    const refusal = { id: 'vllm/x', title: '', why: '', instead: '' } as never;
    const warnings = [{ refusal, traces: [{ path: 'CMakeLists.txt', line: 1 }] }] as never;
    const document = {
      ...statusDocument({ ...review, advice: 'use 12.0f', warnings }),
      patch: decoded(review.patch),
    };
    expect(errorsOf('status', JSON.parse(JSON.stringify(document)))).toEqual([]);
    expect(errorsOf('status', { ...document, more: 1 })).not.toEqual([]);
  });

  it('refuses a pin without a commit', () => {
    const pins = json('upstream-pins.json') as { pins: { commit?: string }[] };
    delete pins.pins[0]!.commit;
    expect(errorsOf('upstream-pins', pins)).not.toEqual([]);
  });
});
