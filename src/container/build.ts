import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure.js';
import { temporaryFolder } from '../tree/temp-folder.js';
import { assembleContext, type ContextRequest } from './assemble.js';
import { emptyFolder } from './context.js';
import { type BuildRequest, buildArgv, copyOut, type Engine } from './engine.js';
import { collectInputs } from './find-inputs.js';
import { checkResult } from './kernel-check.js';
import type { Lock } from './lock.js';
import { prefetch } from './prefetch.js';
import { runProcess } from './process.js';
import { checkSpace, type SPACE } from './space.js';
import { RESULT } from './steps/kernels.js';

export type Stage = keyof typeof SPACE;

export interface ImageRequest {
  readonly engine: Engine;
  readonly stage: Stage;
  readonly tag: string;
  readonly platform: string | undefined;
  readonly network: string | undefined;
  /** GiB that must be free. */
  readonly space: number;
  /** Where the stages `kernels` and `inputs` put what they made. */
  readonly output: string;
  /** Gets the engine's words, line by line. */
  readonly log: (line: string) => void;
}

/** The end of the script inside, which both builders show in their own words. */
const PROOF_FAILED = /(?:exit status|exit code:?|returned a non-zero code:) 4\b/;

async function runBuild(request: BuildRequest, { engine, stage, log }: ImageRequest): Promise<void> {
  const lines: string[] = [];
  const onLine = (line: string): void => {
    lines.push(line);
    log(line);
  };
  const { code } = await runProcess(buildArgv(engine.name, request), { env: engine.env, onLine });
  if (code === 0) return;
  const said = lines.filter((line) => /dgx-patch:|error|fatal/i.test(line)).slice(-4);
  const proof = stage === 'kernels' && lines.some((line) => PROOF_FAILED.test(line));
  throw new Failure(proof ? 'proof' : 'unavailable', `${engine.name} build ended with ${code}`, {
    why: (said.length > 0 ? said : lines.slice(-3)).join('\n           '),
    next: proof
      ? 'dgx-patch status shows which fixes the tree has; apply them, and build again'
      : 'read the log above; the context alone is written with --context-only <dir>',
  });
}

/** Builds one stage from trees that were checked. The context is made in a folder of its own and removed. */
export async function buildImage(
  context: Omit<ContextRequest, 'dir'>,
  request: ImageRequest,
): Promise<{ lock: Lock; tag: string }> {
  const { engine, stage, tag, platform, network } = request;
  if (stage === 'runtime' && !engine.cacheMounts) {
    throw new Failure('unavailable', 'this docker has the old builder alone, which knows no cache mounts', {
      next: 'install docker-buildx, or build with --engine podman or buildah',
    });
  }
  await checkSpace(engine.storage, request.space);
  if (stage !== 'runtime') await emptyFolder(request.output);
  const dir = await temporaryFolder('context');
  try {
    const { lock, facts, units } = await assembleContext({ ...context, dir });
    if (stage === 'runtime' && context.inputs) {
      await prefetch(context.inputs, dir, { mirrors: new Map(), progress: request.log });
    }
    await runBuild({ context: dir, stage, tag, platform, network }, request);
    if (stage === 'kernels') {
      await copyOut(engine, tag, RESULT, request.output);
      await checkResult(units, request.output);
    }
    if (stage === 'inputs') {
      await copyOut(engine, tag, RESULT, request.output);
      const where = platform ?? `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`;
      const inputs = await collectInputs(facts, context.trees, where, request.output);
      await writeFile(join(request.output, 'inputs.json'), `${JSON.stringify(inputs, null, 2)}\n`);
    }
    return { lock, tag };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
