import { COLUMNS, type Counts, type Row } from '../author/torture/tally.js';
import type { Shrunk } from '../author/torture/torture.js';
import { html } from '../source/media.js';
import { tortureCss } from './page/assets.js';
import { cells, HEAD, mutantsOf, share, type TortureReport } from './torture.js';
import { byKind } from './torture-markdown.js';

/** How a count looks: nothing, a fault, or a share. */
function cellHtml(counts: Counts | undefined): string {
  if (!counts) return '<td></td>';
  const faults = counts.silent + counts.wrong;
  const title = HEAD.map((key) => `${counts[key]} ${key}`).join(', ');
  const shown = faults > 0 ? `${faults} of ${mutantsOf(counts)}` : share(counts);
  const look = faults > 0 ? 'drifted' : counts.drifted > 0 ? 'needed' : 'upstreamed';
  return `<td><span class="badge ${look}" title="${title}">${shown}</span></td>`;
}

function rowHtml(
  name: string,
  all: Counts,
  kinds: Row['kinds'],
  columns: readonly (keyof Row['kinds'])[],
): string {
  const numbers = [mutantsOf(all), ...cells(all), share(all)].map(
    (text) => `<td class="number">${text}</td>`,
  );
  return `<tr><th scope="row">${name}</th>${numbers.join('')}${columns.map((kind) => cellHtml(kinds[kind])).join('')}</tr>`;
}

/** The lines of a diff, those that come and go told apart by more than their colour. */
function diffHtml(patch: string): string {
  const line = (text: string): string => {
    const kind = /^(?:\+\+\+|---|diff|index|@@)/.test(text)
      ? 'quiet'
      : text.startsWith('+')
        ? 'ins'
        : text.startsWith('-')
          ? 'del'
          : '';
    return kind === '' ? html(text) : `<span class="${kind}">${html(text)}</span>`;
  };
  return `<pre class="patch" tabindex="0">${patch.trimEnd().split('\n').map(line).join('\n')}</pre>`;
}

function faultHtml({ id, target, seed, mutations, result, why, patch }: Shrunk): string {
  const again = `dgx-patch fix torture ${id} --target ${target} --seed ${seed} --count 1`;
  return (
    `<details><summary><span class="badge drifted">${result}</span> <code>${html(id)}</code> on ${html(target)}: ${html(mutations.join(' + '))}</summary>` +
    `<p>${html(why)}</p><p class="quiet">again: <code>${html(again)}</code></p>${patch === '' ? '' : diffHtml(patch)}</details>`
  );
}

/** One self-contained page: fixes by kinds, and the smallest source of each fault. It runs nothing. */
export function torturePage({
  seed,
  mutants,
  total,
  rows,
  faults,
  untouched,
  orders,
}: TortureReport): string {
  const sums = byKind(rows);
  const columns = COLUMNS.filter((kind) => sums.some(([name]) => name === kind));
  const head = ['Fix', 'Mutants', ...HEAD, 'right or left', ...columns].map(
    (name) => `<th scope="col">${name}</th>`,
  );
  const body = rows.map(({ id, all, kinds }) => rowHtml(`<code>${html(id)}</code>`, all, kinds, columns));
  const notes = [
    ...(untouched.length === 0 ? [] : [`nothing to mutate here: ${untouched.join(', ')}`]),
    ...orders.map(
      ({ target, seed: order, paths }) => `order matters on ${target}, seed ${order}: ${paths.join(', ')}`,
    ),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<link rel="icon" href="data:,">
<title>dgx-patch: torture</title>
<style>${tortureCss()}</style>
</head>
<body>
<header><h1>dgx-patch: torture</h1><p class="quiet">${mutants} mutants · seeds from ${seed} · ${rows.length} fixes · ${total.silent} silent · ${total.wrong} wrong · ${share(total)} right or left alone</p></header>
<main>
<div class="scroll" role="region" aria-label="Fixes by kinds of mutation" tabindex="0"><table class="matrix torture"><caption class="hidden-text">What became of the mutants of each fix, by kind</caption>
<thead><tr>${head.join('')}</tr></thead><tbody>${[...body, rowHtml('all', total, Object.fromEntries(sums), columns)].join('\n')}</tbody></table></div>
${notes.length === 0 ? '' : `<ul class="notes">${notes.map((note) => `<li>${html(note)}</li>`).join('')}</ul>`}
<h2>Faults</h2>
${faults.length === 0 ? '<p>None.</p>' : faults.map(faultHtml).join('\n')}
</main>
</body>
</html>
`;
}
