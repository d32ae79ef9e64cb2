import { UNJUDGED, VERDICTS } from '../codemod/verdict.js';
import type { Comparison } from '../history/compare.js';
import type { Review } from '../judge/review.js';
import { html } from '../source/media.js';
import { byWeight, KIND_WORDS } from './comparison-text.js';
import { findingsOf } from './findings.js';
import { headline } from './headline.js';
import { upstreamUrl } from './links.js';
import { columnName, endNames, shortCell } from './matrix.js';
import { pageAssets } from './page/assets.js';
import { type PageCell, type PageData, pageData } from './page/data.js';
import { inScript } from './page/escape.js';

function cellHtml(data: PageData, fix: number, column: number, cell: PageCell | null): string {
  if (!cell) return '<td></td>';
  const { id } = data.fixes[fix]!;
  const { name } = data.columns[column]!;
  const sites =
    cell.sites.length === 0 ? '' : `, ${cell.sites.length} ${cell.sites.length === 1 ? 'site' : 'sites'}`;
  const text = shortCell({ verdict: cell.verdict as never, sites: cell.sites.length, reason: cell.reason });
  return (
    `<td><button type="button" class="cell ${cell.verdict}" tabindex="-1" aria-pressed="false" ` +
    `data-fix="${fix}" data-column="${column}" data-verdict="${cell.verdict}" data-key="${html(`${id}@${name}`)}" ` +
    `aria-label="${html(`${id} on ${name}: ${cell.verdict}${sites}`)}" title="${html([cell.effect, cell.reason].filter(Boolean).join('. '))}">${text}</button></td>`
  );
}

/** The matrix of one project: the columns of another would be empty. */
function projectHtml(data: PageData, project: string): string {
  const columns = data.columns.flatMap((column, at) =>
    column.project === project ? [{ ...column, at }] : [],
  );
  const head = columns
    .map(({ name, commit }) => `<th scope="col" title="${commit}">${html(name)}</th>`)
    .join('');
  const rows = data.fixes.flatMap(({ id, project: own, title, why, cells }, fix) => {
    if (own !== project) return [];
    const text = html(`${id} ${title} ${why}`.toLowerCase());
    const name = `<th scope="row"><code>${html(id)}</code><small>${html(title)}</small></th>`;
    const shown = columns.map(({ at }) => cellHtml(data, fix, at, cells[at]!));
    return [`<tr data-text="${text}">${name}${shown.join('')}</tr>`];
  });
  return (
    `<div class="scroll" role="region" aria-label="Verdict matrix of ${project}"><table class="matrix">` +
    `<caption class="hidden-text">Verdict of each fix of ${project} at each revision</caption>` +
    `<thead><tr><th scope="col">Fix</th>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`
  );
}

function matrixHtml(data: PageData): string {
  const projects = [...new Set(data.columns.map(({ project }) => project))];
  if (projects.length === 1) return projectHtml(data, projects[0]!);
  return projects.map((project) => `<h2>${project}</h2>${projectHtml(data, project)}`).join('\n');
}

function filtersHtml(data: PageData): string {
  const count = new Map<string, number>();
  for (const cell of data.fixes.flatMap(({ cells }) => cells)) {
    if (cell) count.set(cell.verdict, (count.get(cell.verdict) ?? 0) + 1);
  }
  const boxes = [...VERDICTS, UNJUDGED]
    .filter((verdict) => count.has(verdict))
    .map(
      (verdict) =>
        `<label><input type="checkbox" value="${verdict}" checked> <span class="badge ${verdict}">${verdict} ${count.get(verdict)}</span></label>`,
    );
  return (
    '<form class="filters" id="filters" role="search" aria-label="Filter the matrix">' +
    '<label>Fix <input type="search" id="query" placeholder="name or words"></label>' +
    `<fieldset><legend class="hidden-text">Verdicts</legend>${boxes.join('')}</fieldset>` +
    '<span class="quiet" id="shown" role="status"></span>' +
    '<button type="button" id="theme">Light or dark</button><button type="button" id="keys">Keys</button></form>'
  );
}

const PROOF_CLASS = { passed: 'upstreamed', failed: 'drifted', 'not run': 'not-applicable' };

const HELP =
  '<dialog id="help" aria-labelledby="help-title"><h2 id="help-title">Keys</h2><dl>' +
  '<dt>arrows</dt><dd>move in the matrix</dd><dt>Enter</dt><dd>show the fix at that revision</dd>' +
  '<dt>Escape</dt><dd>close it</dd><dt>d</dt><dd>side-by-side or unified diff</dd><dt>/</dt><dd>filter</dd>' +
  '<dt>t</dt><dd>light or dark</dd><dt>?</dt><dd>this list</dd></dl>' +
  '<form method="dialog"><button>Close</button></form></dialog>';

function changesHtml({ from, to, changes }: Comparison): string {
  const rows = byWeight(changes)
    .filter(({ kind }) => kind !== 'same')
    .map(({ id, kind, from: was, to: is, because }) => {
      const root = upstreamUrl(to.target.project);
      const name = because && `${because.commit.slice(0, 10)} (${because.date}) ${because.subject}`;
      const commit =
        because && (root ? `<a href="${root}/commit/${because.commit}">${html(name!)}</a>` : html(name!));
      return (
        `<tr><th scope="row"><a href="#${encodeURI(`${id}@${columnName(to)}`)}"><code>${html(id)}</code></a></th><td>${KIND_WORDS[kind]}</td>` +
        `<td>${was.outcome.verdict} → ${is.outcome.verdict}</td><td>${html(is.outcome.reason)} ${commit ?? ''}</td></tr>`
      );
    });
  const heading = `<h2>${html(endNames(from, to).join(' → '))}</h2>`;
  if (rows.length === 0) return `${heading}<p>No verdict and no edit changes.</p>`;
  return (
    `${heading}<table class="changes"><thead><tr><th scope="col">Fix</th><th scope="col">What</th>` +
    `<th scope="col">Verdict</th><th scope="col">Why</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`
  );
}

/** Headline, proofs, harmful edits and advice of each revision that has any. */
function notesHtml(reviews: readonly Review[]): string {
  const items = reviews.flatMap((review) => {
    const { proof, advice } = review;
    const badges = (proof?.rungs ?? []).map(
      ({ stage, state, reason }) =>
        `<span class="badge ${PROOF_CLASS[state]}" title="${html(reason ?? state)}">${html(stage)}: ${state}</span>`,
    );
    const said = headline(review);
    const lines = [
      ...(said === undefined ? [] : [`<strong>${html(said)}</strong>`]),
      ...(proof
        ? [
            `${proof.stale ? `stale proof (${html(proof.stale)})` : 'proof'} of ${html(proof.date)}: ${badges.join(' ')}`,
          ]
        : []),
      ...findingsOf(review)
        .filter(({ kind }) => kind === 'harmful edit')
        .map(({ kind, message }) => `<span class="badge drifted">${kind}</span> ${html(message)}`),
      ...(advice === undefined ? [] : [`advice: ${html(advice)}`]),
    ];
    return lines.map((line) => `<li><code>${html(columnName(review))}</code> ${line}</li>`);
  });
  return items.length === 0 ? '' : `<ul class="notes">${items.join('\n')}</ul>`;
}

/** One self-contained page: it loads nothing, and its policy forbids it to. */
export function page(reviews: readonly Review[], comparison?: Comparison): string {
  const data = pageData(reviews);
  const { css, js } = pageAssets();
  const projects = [...new Set(reviews.map(({ target }) => target.project))].join(', ');
  const builds = [...new Set(reviews.map(({ build }) => `CUDA ${build.cuda}, arch ${build.arch}`))].join(
    ' · ',
  );
  const title = reviews.length === 1 ? `${projects}@${columnName(reviews[0]!)}` : projects;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<link rel="icon" href="data:,">
<title>dgx-patch: ${html(title)}</title>
<style>${css}</style>
</head>
<body>
<header><h1>dgx-patch: ${html(title)}</h1><p class="quiet">${html(builds)} · ${data.fixes.length} fixes · ${data.columns.length} ${data.columns.length === 1 ? 'revision' : 'revisions'}</p></header>
${filtersHtml(data)}
<main>
${comparison ? changesHtml(comparison) : ''}
${notesHtml(reviews)}
${matrixHtml(data)}
<section class="detail" id="detail" aria-labelledby="detail-title" hidden></section>
</main>
${HELP}
<script type="application/json" id="data">${inScript(data)}</script>
<script>${js}</script>
</body>
</html>
`;
}
