import { createHash } from 'node:crypto';
import type { Log, ReportingDescriptor, Result, Run } from 'sarif';
import type { Codemod, Outcome } from '../codemod/types.js';
import { BLOCKING } from '../codemod/verdict.js';
import type { Judged } from './document.js';
import { upstreamUrl } from './links.js';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** Where a target is pinned in the user's own repository: what a pull request can be annotated at. */
export interface PinPlace {
  readonly path: string;
  readonly line: number;
}

/** Stands for the target's tree; originalUriBaseIds says where that is on the web. */
const BASE = 'UPSTREAM';

function ruleOf({ id, title, why, retire, references, project }: Codemod): ReportingDescriptor {
  const root = upstreamUrl(project);
  return {
    id,
    name: id.replace(/(?:^|[/-])(\w)/g, (_, char: string) => char.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: {
      text: [...references.map(({ ref, note }) => `${ref}: ${note}`), `It can retire ${retire}.`].join('\n'),
    },
    ...(root ? { helpUri: root } : {}),
    defaultConfiguration: { level: 'error' },
  };
}

/** The sites that a verdict is about: those that are not understood, or else all of them. */
function placesOf({ sites }: Outcome): Outcome['sites'] {
  const unknown = sites.filter(({ state }) => state === 'unknown');
  return unknown.length > 0 ? unknown : sites.slice(0, 10);
}

function resultOf(judged: Judged, outcome: Outcome, ruleIndex: number, pin: PinPlace | undefined): Result {
  const { codemod, verdict, reason } = outcome;
  const { project, revision } = judged.target;
  const upstream = placesOf(outcome).map(({ path, line, what }) => ({
    physicalLocation: {
      artifactLocation: { uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: BASE },
      region: { startLine: line },
    },
    message: { text: what },
  }));
  const pinned = pin
    ? [{ physicalLocation: { artifactLocation: { uri: pin.path }, region: { startLine: pin.line } } }]
    : [];
  const locations = upstream.length > 0 ? upstream : pinned;
  const fingerprint = [project, codemod.id, verdict, ...upstream.map((place) => place.message.text)].join(
    '\0',
  );
  return {
    ruleId: codemod.id,
    ruleIndex,
    level: 'error',
    message: { text: `${project}@${revision}: ${verdict}: ${reason}` },
    ...(locations.length > 0 ? { locations } : {}),
    ...(upstream.length > 0 && pinned.length > 0
      ? { relatedLocations: pinned.map((place, id) => ({ ...place, id, message: { text: 'pinned here' } })) }
      : {}),
    partialFingerprints: { 'dgxPatch/v1': createHash('sha256').update(fingerprint).digest('hex') },
  };
}

function runOf(judged: Judged, version: string, pin: PinPlace | undefined): Run {
  const { target, outcomes } = judged;
  const root = upstreamUrl(target.project);
  return {
    tool: {
      driver: {
        name: 'dgx-patch',
        semanticVersion: version,
        rules: outcomes.map(({ codemod }) => ruleOf(codemod)),
      },
    },
    automationDetails: { id: `dgx-patch/${target.project}@${target.revision}/` },
    ...(root
      ? {
          versionControlProvenance: [{ repositoryUri: root, revisionId: target.commit }],
          originalUriBaseIds: { [BASE]: { uri: `${root}/blob/${target.commit}/` } },
        }
      : {}),
    columnKind: 'utf16CodeUnits',
    results: outcomes.flatMap((outcome, index) =>
      BLOCKING.has(outcome.verdict) ? [resultOf(judged, outcome, index, pin)] : [],
    ),
  };
}

/** SARIF 2.1.0: one run a target, one result for each fix that is drifted, conflicting or refused. */
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
