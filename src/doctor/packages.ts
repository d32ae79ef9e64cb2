import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding, Surroundings } from './finding.js';
import { satisfies } from './requirement.js';

const CHECK = 'package-versions';

interface Distribution {
  readonly version: string;
  /** What it asks for, by name: `==0.6.3`, `>=4.3.4,<5`. */
  readonly asks: ReadonlyMap<string, string>;
}

const normal = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');

/** Without a local part: `2.10.0+cu130` is 2.10.0. */
const release = (version: string): string => version.replace(/\+.*$/, '');

/** A marker that holds on every Spark. Others are not read: an extra, an interpreter, another machine. */
const ON_LINUX = /^(?:platform_system|sys_platform) == ["'](?:Linux|linux)["']$/;

/** Requirements that hold on a Spark. */
function readMetadata(text: string): Distribution {
  const rows = [
    ...text.matchAll(
      /^Requires-Dist:\s*([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*\(?([^;()\n]*)\)?\s*(?:;(.*))?$/gm,
    ),
  ].filter(([, , , marker]) => marker === undefined || ON_LINUX.test(marker.trim()));
  const asks = rows.map(([, name, clauses]) => [normal(name!), clauses!.trim()] as const);
  return { version: /^Version:\s*(\S+)/m.exec(text)?.[1] ?? '', asks: new Map(asks) };
}

/** The packages of the stack that are installed, by name. */
export async function distributions(site: string): Promise<Map<string, Distribution>> {
  const found = new Map<string, Distribution>();
  for (const entry of await readdir(site).catch(() => [])) {
    const name = normal(/^(.+?)-[^-]+\.dist-info$/.exec(entry)?.[1] ?? '');
    if (!/^(?:vllm|torch|triton|flashinfer-.*|nvidia-cutlass-dsl)$/.test(name)) continue;
    found.set(name, readMetadata(await readFile(join(site, entry, 'METADATA'), 'utf8').catch(() => '')));
  }
  return found;
}

/** Do vLLM, FlashInfer, torch, Triton and the CUTLASS DSL belong together, by their own metadata? */
export async function checkPackages({ sitePackages }: Surroundings): Promise<Finding> {
  if (sitePackages === undefined) {
    const cause = 'no Python environment was given';
    return { check: CHECK, state: 'unknown', cause, evidence: [], next: 'dgx-patch doctor --python <file>' };
  }
  const installed = await distributions(sitePackages);
  const evidence: string[] = [];
  for (const [name, { version, asks }] of installed) {
    for (const [other, wanted] of asks) {
      const have = installed.get(other)?.version;
      if (have !== undefined && !satisfies(have, wanted)) {
        evidence.push(`${name} ${version} asks for ${other}${wanted}, installed is ${have}`);
      }
    }
  }
  const flashinfer = installed.get('flashinfer-python')?.version;
  for (const [name, { version }] of installed) {
    const part = /^flashinfer-(?:cubin|jit-cache)$/.test(name);
    if (part && flashinfer !== undefined && release(version) !== release(flashinfer)) {
      evidence.push(`${name} is ${version}, flashinfer-python is ${flashinfer}`);
    }
  }
  const all = [...installed].map(([name, { version }]) => `${name} ${version}`);
  if (evidence.length === 0) {
    if (all.length === 0) {
      return {
        check: CHECK,
        state: 'unknown',
        cause: `${sitePackages} has none of the stack’s packages`,
        evidence: [],
      };
    }
    return {
      check: CHECK,
      state: 'ok',
      cause: 'the installed packages ask for each other’s versions',
      evidence: all,
    };
  }
  return {
    check: CHECK,
    state: 'wrong',
    cause:
      'packages that do not belong together: kernels are compiled from one version and called by another',
    evidence,
    next: 'install the versions of one set: dgx-patch pins sets',
  };
}
