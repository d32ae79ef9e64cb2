import { createHash } from 'node:crypto';
import type { Log, ReportingDescriptor, Result, Run } from 'sarif';
import type { Judged } from '../judge/review.js';
import { sarifText } from '../source/media.js';
import { type Finding, findingsOf, type Rule } from './findings.js';
import { headline } from './headline.js';
import { upstreamUrl } from './links.js';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** Where a target is pinned in the user's own repository: what a pull request can be annotated at. */
export interface PinPlace {
  readonly path: string;
  readonly line: number;
}

/** Stands for the target's tree; originalUriBaseIds says where that is on the web. */
const BASE = 'UPSTREAM';

function descriptor({ id, title, about, help }: Rule): ReportingDescriptor {
  return {
    id,
    name: id.replace(/(?:^|[/-])(\w)/g, (_, char: string) => char.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: about },
    help: { text: help },
  };
}

function resultOf(judged: Judged, finding: Finding, ruleIndex: number, pin: PinPlace | undefined): Result {
  const { rule, level, kind, message, effect, places } = finding;
  const { project, revision } = judged.target;
  const upstream = places.map(({ path, line, what }) => ({
    physicalLocation: {
      artifactLocation: { uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: BASE },
      region: { startLine: line },
    },
    message: { text: sarifText(what) },
  }));
  const pinned = pin
    ? [{ physicalLocation: { artifactLocation: { uri: pin.path }, region: { startLine: pin.line } } }]
    : [];
  const locations = upstream.length > 0 ? upstream : pinned;
  const fingerprint = [project, rule.id, kind, ...places.map(({ what }) => what)].join('\0');
  return {
    ruleId: rule.id,
    ruleIndex,
    level,
    message: { text: sarifText(`${project}@${revision}: ${kind}: ${message}`) },
    ...(locations.length > 0 ? { locations } : {}),
    ...(upstream.length > 0 && pinned.length > 0
      ? { relatedLocations: pinned.map((place, id) => ({ ...place, id, message: { text: 'pinned here' } })) }
      : {}),
    ...(effect ? { properties: { effect } } : {}),
    partialFingerprints: { 'dgxPatch/v1': createHash('sha256').update(fingerprint).digest('hex') },
  };
}

function runOf(judged: Judged, version: string, pin: PinPlace | undefined): Run {
  const { target } = judged;
  const root = upstreamUrl(target.project);
  const findings = findingsOf(judged);
  const said = headline(judged);
  const rules = [...new Map(findings.map(({ rule }) => [rule.id, rule])).values()];
  return {
    tool: { driver: { name: 'dgx-patch', semanticVersion: version, rules: rules.map(descriptor) } },
    automationDetails: { id: `dgx-patch/${target.project}@${target.revision}/` },
    ...(root
      ? {
          versionControlProvenance: [{ repositoryUri: root, revisionId: target.commit }],
          originalUriBaseIds: { [BASE]: { uri: `${root}/blob/${target.commit}/` } },
        }
      : {}),
    columnKind: 'utf16CodeUnits',
    ...(said === undefined ? {} : { properties: { headline: said } }),
    results: findings.map((finding) =>
      resultOf(
        judged,
        finding,
        rules.findIndex(({ id }) => id === finding.rule.id),
        pin,
      ),
    ),
  };
}

/** SARIF 2.1.0: one run a target, one result for each finding. */
export function sarif(
  all: readonly Judged[],
  version: string,
  pinOf: (judged: Judged) => PinPlace | undefined = () => undefined,
): string {
  const log: Log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: all.map((judged) => runOf(judged, version, pinOf(judged))),
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}
