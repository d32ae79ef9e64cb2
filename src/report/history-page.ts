import type { Codemod } from '../codemod/types.js';
import { type Story, storyOf } from '../history/story.js';
import { commitAt, dateOf, type Span, stateAt, type Timeline } from '../history/timeline.js';
import { html } from '../source/media.js';
import { commits, reasonWords, releaseNames, TURN_WORDS } from './history-text.js';
import { evidenceUrl, upstreamUrl } from './links.js';
import { historyAssets } from './page/assets.js';
import { inScript } from './page/escape.js';

/** Seconds since 1970 of steps, and where they are on the page. */
class Scale {
  readonly first: number;
  readonly #length: number;

  constructor(readonly timeline: Timeline) {
    this.first = Date.parse(timeline.start.date) / 1000;
    this.#length = Math.max(1, this.time(timeline.steps.length - 1) - this.first);
  }

  time(at: number): number {
    return at < 0 ? this.first : this.timeline.steps[at]![1];
  }

  /** Per cent of the track. Clocks of committers differ: nothing is left of the start. */
  place(time: number): number {
    return Math.min(100, Math.max(0, ((time - this.first) / this.#length) * 100));
  }
}

const percent = (value: number): string => `${value.toFixed(3)}%`;

function spanHtml(span: Span, index: number, fix: number, id: string, scale: Scale): string {
  const [from, to] = [
    scale.place(scale.time(span.from)),
    scale.place(scale.time(span.to + 1 < scale.timeline.steps.length ? span.to + 1 : span.to)),
  ];
  const name = `${id}: ${span.verdict} from ${dateOf(scale.time(span.from))}, ${commits(span.to - span.from + 1)}`;
  return (
    `<button type="button" class="span ${span.verdict}" tabindex="-1" aria-pressed="false" data-fix="${fix}" data-span="${index}" ` +
    `data-key="${html(`${id}:${span.from}`)}" style="left:${percent(from)};width:${percent(to - from)}" ` +
    `aria-label="${html(name)}" title="${html(reasonWords(span))}"><span>${span.verdict}</span></button>`
  );
}

function lineUrl(project: string, subjectPull: string | undefined): string | undefined {
  return subjectPull === undefined
    ? undefined
    : evidenceUrl(project, { kind: 'pull-request', ref: subjectPull });
}

function storyData(
  timeline: Timeline,
  { id, spans, chapters, needing, picks }: Story,
  codemod: Codemod,
): object {
  const root = upstreamUrl(timeline.project);
  const urlOf = (commit: string) => root && `${root}/commit/${commit}`;
  return {
    id,
    title: codemod.title,
    why: codemod.why,
    retire: codemod.retire,
    needing: releaseNames(needing),
    picks: picks.map(({ because: { commit }, releases }) => ({
      commit,
      url: urlOf(commit),
      onto: releaseNames(releases),
    })),
    chapters: chapters.map(({ turn, because, pullRequest }) => ({
      turn: TURN_WORDS[turn],
      ...because,
      url: urlOf(because.commit),
      pull: pullRequest,
      pullUrl: lineUrl(timeline.project, pullRequest),
    })),
    spans: spans.map((span) => ({
      verdict: span.verdict,
      reason: reasonWords(span),
      commits: commits(span.to - span.from + 1),
      last: commitAt(timeline, span.to),
      lastUrl: urlOf(commitAt(timeline, span.to)),
      because: span.because && { ...span.because, url: urlOf(span.because.commit) },
      paths: span.paths,
    })),
  };
}

/** One self-contained page: a time line a fix, releases as ticks, every commit's story at a click. */
export function historyPage(timeline: Timeline, codemods: readonly Codemod[]): string {
  const { project, build, start, steps, releases } = timeline;
  const scale = new Scale(timeline);
  const stories = codemods.map(({ id }) => storyOf(id, timeline));
  const end = dateOf(scale.time(steps.length - 1));
  const ticks = releases.map(({ name, at }, index) => {
    const left = percent(scale.place(scale.time(at)));
    return `<button type="button" class="tick" data-release="${index}" style="left:${left}" aria-label="${html(`release ${name}`)}"><span>${html(name)}</span></button>`;
  });
  const lanes = stories.map(({ id, spans }, fix) => {
    const bars = spans.map((span, index) => spanHtml(span, index, fix, id, scale));
    return `<li class="lane"><code class="name" id="lane-${fix}">${html(id)}</code><div class="track" role="group" aria-labelledby="lane-${fix}">${bars.join('')}</div></li>`;
  });
  const data = {
    project,
    fixes: stories.map((story, index) => storyData(timeline, story, codemods[index]!)),
    releases: releases.map(({ name, commit, date, at, states }) => ({
      name,
      commit,
      date,
      url: upstreamUrl(project) && `${upstreamUrl(project)}/commit/${commit}`,
      parts: commitAt(timeline, at),
      states: stories.map(({ id }) => [
        id,
        states[id]?.verdict ?? 'not-applicable',
        // A release that differs from the line where it parts from it has commits of its own that matter.
        states[id]?.verdict === stateAt(timeline.fixes[id] ?? [], at)?.verdict ? '' : 'by its own commits',
      ]),
    })),
  };
  const { css, js } = historyAssets();
  const title = `${project}, ${start.date} to ${end}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<link rel="icon" href="data:,">
<title>dgx-patch: history of ${html(title)}</title>
<style>${css}</style>
</head>
<body>
<header><h1>dgx-patch: history of ${html(title)}</h1><p class="quiet">${commits(steps.length)} · ${stories.length} fixes · ${releases.length} releases · CUDA ${html(build.cuda)}, arch ${html(build.arch)}</p></header>
<form class="filters" role="group" aria-label="View">
<button type="button" id="out" aria-label="Zoom out">−</button><button type="button" id="in" aria-label="Zoom in">+</button><button type="button" id="whole">Whole</button>
<button type="button" id="theme">Light or dark</button><button type="button" id="keys">Keys</button>
<ul class="legend"><li class="needed">needed</li><li class="upstreamed">upstreamed</li><li class="not-applicable">not applicable</li><li class="drifted">drifted</li></ul>
</form>
<main>
<div class="scroll time" id="time" role="region" aria-label="Time lines" tabindex="-1"><div class="wide" id="wide">
<div class="axis"><span class="name">release</span><div class="track">${ticks.join('')}</div></div>
<ol class="lanes">${lanes.join('\n')}</ol>
</div></div>
<section class="detail" id="detail" aria-labelledby="detail-title" hidden></section>
</main>
<dialog id="help" aria-labelledby="help-title"><h2 id="help-title">Keys</h2><dl><dt>arrows</dt><dd>move between verdicts</dd><dt>Enter</dt><dd>show the commit behind it</dd><dt>Escape</dt><dd>close it</dd><dt>+ −</dt><dd>zoom</dd><dt>0</dt><dd>the whole time</dd><dt>t</dt><dd>light or dark</dd><dt>?</dt><dd>this list</dd></dl><form method="dialog"><button>Close</button></form></dialog>
<script type="application/json" id="data">${inScript(data)}</script>
<script>${js}</script>
</body>
</html>
`;
}
