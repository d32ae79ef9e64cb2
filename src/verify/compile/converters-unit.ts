import { assetPath } from '../../assets.js';
import { parseArch, smName } from '../../evaluate/arch.js';
import { idOf } from '../../fixes/roles.js';
import { Documents } from '../../syntax/parser.js';
import { type ConversionHeader, conversionHeaders } from '../converters.js';
import { materialise } from '../materialise.js';
import type { KernelCode } from '../ptx.js';
import type { Bench, Check, Subject } from '../rung.js';
import { jobLimit, pool } from '../workspace.js';
import { type Compiled, compileUnit, type Tools } from './unit.js';

/** The folder with `prelude.h` and `stubs/`, which a unit is compiled with. */
export const ASSETS = 'src/verify/compile';

/** Where a project has its conversions, and what they are compiled with. */
export interface Place {
  readonly headers: RegExp;
  readonly namespace: string;
  /** Folders of the tree that its headers are included from. */
  readonly folders: readonly string[];
  readonly defines: readonly string[];
  /** True where a plain target is compiled only with the fix that makes the header right for it. */
  readonly plainIfEdited?: boolean;
}

const VLLM: Place = { headers: /./, namespace: 'vllm', folders: ['csrc'], defines: [] };

/** One kernel a converter: reads its floats, stores its codes. `path` is how the unit includes the header. */
export function unitText(header: ConversionHeader, path: string, namespace = VLLM.namespace): string {
  const kernels = header.converters.map(({ name, parameter: { type, count }, asm }, index) => {
    const stores = asm.outputs.map(({ target }, at) => {
      const field = /\.(\w+)$/.exec(target)?.[1];
      return `  out[${asm.outputs.length} * i + ${at}] = packed${field === undefined ? '' : `.${field}`};`;
    });
    return [
      `extern "C" __global__ void converter_${index}(uint32_t* out, const ${type}* in) {`,
      '  const int i = blockIdx.x * blockDim.x + threadIdx.x;',
      `  ${type} values[${count}];`,
      `  for (int at = 0; at < ${count}; ++at) values[at] = in[${count} * i + at];`,
      `  const auto packed = ${name}(values);`,
      ...stores,
      '}',
    ].join('\n');
  });
  return [
    '// The conversions alone, without a kernel of the tree.',
    '#include "prelude.h"',
    `#include "${path}"`,
    `namespace ${namespace} {}`,
    `using namespace ${namespace};`,
    ...kernels,
    '',
  ].join('\n');
}

/** Whether a target must hold the instruction, or must not. */
export function wanted(arch: string, guard: string | undefined): 'hardware' | 'software' {
  const parsed = parseArch(arch);
  if (parsed?.suffix === '') return 'software';
  return guard === 'sm121' && parsed?.minor === 1 ? 'software' : 'hardware';
}

/** Why the code of a header's unit does not convert as its target must, or undefined. */
export function flawOf(
  kernels: readonly KernelCode[],
  header: ConversionHeader,
  want: 'hardware' | 'software',
): string | undefined {
  for (const [at, converter] of header.converters.entries()) {
    const code = kernels.find(({ name }) => name === `converter_${at}`);
    // One instruction makes two codes; a pair that the pack fills up with zeros has none.
    const values = converter.asm.outputs.flatMap((output) => output.values);
    const pairs = values.filter(
      (value, at) => at % 2 === 0 && !(value === '0.0f' && values[at + 1] === value),
    ).length;
    const label = `${converter.name}(${converter.parameter.type} [${converter.parameter.count}])`;
    const flaw =
      code === undefined || code.stores === 0
        ? 'stores nothing'
        : code.traps + code.messages > 0
          ? 'traps instead of converting'
          : want === 'hardware' && code.conversions !== pairs
            ? `has ${code.conversions} of ${pairs} conversion instructions`
            : want === 'software' && code.conversions > 0
              ? 'holds an instruction that this target lacks'
              : want === 'software' && code.instructions < 30
                ? `has only ${code.instructions} instructions: it converts nothing`
                : undefined;
    if (flaw !== undefined) return `${label} ${flaw}`;
  }
  return undefined;
}

function checkOf(
  { unit, kernels, error }: Compiled,
  header: ConversionHeader,
  guard: string | undefined,
): Check {
  const what = `${header.file.path} for sm_${smName(unit.arch)}`;
  const facts = {
    arch: unit.arch,
    kernels: (kernels ?? []).map(({ name, instructions, conversions }) => ({
      name,
      instructions,
      conversions,
    })),
  };
  if (error !== undefined || kernels === undefined)
    return { what, state: 'failed', detail: error ?? 'no code', facts };
  const want = wanted(unit.arch, guard);
  const flaw = flawOf(kernels, header, want);
  if (flaw !== undefined) return { what, state: 'failed', detail: flaw, facts };
  return {
    what,
    state: 'passed',
    detail: `${want} conversion in ${header.converters.length} converters`,
    facts,
  };
}

/** The conversion headers, for every target, with nvcc alone. */
export async function compileConverters(
  subject: Subject,
  bench: Bench,
  tools: Tools,
  place: Place = VLLM,
): Promise<Check[]> {
  const documents = new Documents();
  try {
    const all = await conversionHeaders(subject.tree, documents);
    const headers = all.filter(({ file }) => place.headers.test(file.path));
    if (headers.length === 0) {
      return [
        {
          what: 'the conversions alone',
          state: 'not run',
          detail: 'no header of this revision holds them without a kernel',
        },
      ];
    }
    const root = await materialise(subject, bench.workspace);
    const guard = subject.options[idOf('conversion')]?.guard;
    const isLeft = ({ file }: ConversionHeader, arch: string): boolean =>
      place.plainIfEdited === true && parseArch(arch)?.suffix === '' && !subject.edited.includes(file.path);
    const left = headers.flatMap((header) =>
      bench.archs
        .filter((arch) => isLeft(header, arch))
        .map(
          (arch): Check => ({
            what: `${header.file.path} for sm_${smName(arch)}`,
            state: 'not run',
            detail: 'this tree is not made for plain targets: the fix of its conversions is not in it',
          }),
        ),
    );
    const jobs = await Promise.all(
      headers.map(async (header, index) => {
        const source = await bench.workspace.write(
          `compile/converters-${index}.cu`,
          unitText(header, `${root}/${header.file.path}`, place.namespace),
        );
        const own = place.folders.map((folder) => `-I${root}/${folder}`);
        const flags = [`-I${assetPath(ASSETS)}`, `-I${assetPath(ASSETS)}/stubs`, ...own, ...place.defines];
        return bench.archs
          .filter((arch) => !isLeft(header, arch))
          .map((arch) => ({
            header,
            unit: { label: `compile/converters-${index}`, source, arch, flags },
          }));
      }),
    );
    const checks = await pool(jobs.flat(), jobLimit(1), async ({ header, unit }) =>
      checkOf(await compileUnit(unit, tools, bench.workspace), header, guard),
    );
    return [...checks, ...left];
  } finally {
    documents.dispose();
  }
}
