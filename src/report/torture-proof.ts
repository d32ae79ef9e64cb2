import { addRows, sumOf, type Whole } from '../author/torture/shards.js';
import { mutantsOf, share } from './torture.js';
import { byKind, faultLines, table } from './torture-markdown.js';

/** How a place is written: a target with the commit that it was. */
const named = (place: string, commit: string): string =>
  commit === '' ? place : `${place} (${commit.slice(0, 12)})`;

/** The page of a proof: what was asked, how it went by fix, by kind and by place, and how to repeat it. */
export function proofMarkdown(whole: Whole, date: string): string {
  const { places, rows, seed, count, parts, faults, untouched } = whole;
  const fixes = addRows(Object.values(rows).flat());
  const all = sumOf(fixes.map((row) => row.all));
  const targets = Object.keys(places).filter((place) => places[place] !== '');
  const command = [
    `node scripts/torture-proof.mjs run --count ${count} --seed ${seed} --shard PART/${parts}`,
    ...targets.map((target) => `--target ${target}`),
    ...(places.cases === '' ? ['--cases'] : []),
    '--out PART.json',
  ].join(' ');
  return `${[
    '# Torture',
    '',
    `${mutantsOf(all)} mutants on ${date}: ${all.silent} silent, ${all.wrong} wrong, ${share(all)} right or left alone.`,
    '',
    'A mutant is right where the fix made the edit that it makes without the mutation, left where nothing was to',
    'be done or where spoiled code was not touched, drifted where the fix says that it does not know this; silent',
    'and wrong are faults. A mutant of several kinds counts in each of them.',
    '',
    '## By fix',
    '',
    ...table('fix', [...fixes.map((row) => [`\`${row.id}\``, row.all] as const), ['all', all]]),
    '',
    '## By kind',
    '',
    ...table('kind', byKind(fixes)),
    '',
    '## By place',
    '',
    ...table(
      'place',
      Object.entries(places).map(
        ([place, commit]) =>
          [named(place, commit), sumOf((rows[place] ?? []).map((row) => row.all))] as const,
      ),
    ),
    ...(untouched.length === 0 ? [] : ['', `Nothing to mutate: ${untouched.join(', ')}.`]),
    '',
    '## Again',
    '',
    `Seeds from ${seed} on. For each PART from 1 to ${parts}, with the mirrors in DGX_PATCH_MIRRORS:`,
    '',
    '```',
    'npm run build',
    command,
    'node scripts/torture-proof.mjs merge *.json > proofs/torture.md',
    '```',
    ...(faults.length === 0 ? [] : ['', '## Faults', ...faults.flatMap(faultLines)]),
  ].join('\n')}\n`;
}
