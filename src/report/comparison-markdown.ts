import { between } from '../history/account.js';
import type { Comparison, FixChange } from '../history/compare.js';
import { markdown } from '../source/media.js';
import { byWeight, KIND_WORDS, spanWords } from './comparison-text.js';
import { upstreamUrl } from './links.js';
import { badge, COMMENT_LIMIT, COMMENT_MARK, diffMarkdown } from './markdown.js';
import { endNames } from './matrix.js';

function row(project: string, change: FixChange): string {
  const { id, kind, from, to, because } = change;
  const verdicts =
    from.outcome.verdict === to.outcome.verdict
      ? badge(to.outcome.verdict)
      : `${badge(from.outcome.verdict)} → ${badge(to.outcome.verdict)}`;
  const root = upstreamUrl(project);
  const short = because?.commit.slice(0, 10);
  const commit = because
    ? ` ${root ? `[\`${short}\`](${root}/commit/${because.commit})` : `\`${short}\``} (${because.date}) ${markdown(because.subject)}`
    : '';
  const way = between(change)
    .map((span) => `. In between: ${markdown(spanWords(span))}`)
    .join('');
  return `| \`${id}\` | ${KIND_WORDS[kind]} | ${verdicts} | ${markdown(to.outcome.reason)}${commit && `.${commit}`}${way} |`;
}

/** What a pin's move changes, then the new revision's review. */
export function comparisonMarkdown(comparison: Comparison): string {
  const { from, to, changes } = comparison;
  const changed = byWeight(changes).filter((change) => change.kind !== 'same' || between(change).length > 0);
  const head = [
    COMMENT_MARK,
    `## ${to.target.project}: ${endNames(from, to).join(' → ')}`,
    '',
    ...(changed.length === 0
      ? ['No verdict and no edit changes.']
      : [
          '| fix | what | verdict | why |',
          '| --- | --- | --- | --- |',
          ...changed.map((change) => row(to.target.project, change)),
        ]),
    '',
    '',
  ].join('\n');
  return head + diffMarkdown([to], COMMENT_LIMIT - head.length).replace(`${COMMENT_MARK}\n`, '');
}
