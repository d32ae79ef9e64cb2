import { assetPath } from '../assets.js';
import { Failure } from '../failure.js';
import { SOFTWARE_CONVERSION } from '../fixes/built-in.js';
import { Documents } from '../syntax/parser.js';
import { type ConversionHeader, type Converter, conversionHeaders } from './converters.js';
import { type Bench, type Check, NotRun, type Rung } from './rung.js';
import { cudaInclude } from './toolchain.js';

const ASSETS = 'src/verify/numerics';

interface HostResult {
  readonly inputs: number;
  readonly classes: readonly {
    readonly class: 'nan' | 'signOfZero' | 'tie' | 'finite';
    readonly againstNvidia: number;
    readonly againstExact: number;
    readonly example?: { readonly bits: string; readonly got: number; readonly expected: number };
  }[];
  readonly order: readonly { readonly form: string; readonly got: string; readonly expected: string }[];
}

const WORDS = {
  nan: 'NaN',
  signOfZero: 'the sign of zero',
  tie: 'ties',
  finite: 'finite values and infinities',
};

/** Sixteen bits a nibble group: the word that an output is, as C++ text on the value that was returned. */
function wordOf(target: string): string {
  const field = /\.(\w+)$/.exec(target)?.[1];
  return field === undefined ? 'packed' : `packed.${field}`;
}

/** A function that calls a converter with distinct values, and one expression an output of its asm. */
function orderCase({ name, parameter, asm }: Converter, index: number): string {
  const { type, name: values, count } = parameter;
  const lanes = type === 'float2' ? 2 * count : count;
  const fill = Array.from({ length: lanes }, (_, lane) => {
    const element =
      type === 'float2' ? `${values}[${lane >> 1}].${lane % 2 === 0 ? 'x' : 'y'}` : `${values}[${lane}]`;
    return `  ${element} = distinct(${lane});`;
  });
  const terms = asm.outputs.flatMap(({ values: sources }, output) =>
    sources.map((source, nibble) => `uint64_t(codeOf(${source})) << ${32 * output + 4 * nibble}`),
  );
  const got = asm.outputs.map(({ target }, output) => `uint64_t(${wordOf(target)}) << ${32 * output}`);
  return [
    `Order order${index}() {`,
    `  ${type} ${values}[${count}];`,
    ...fill,
    `  const auto packed = ${name}(${values});`,
    `  return {"${name}(${type} [${count}])", ${got.join(' | ')}, ${terms.join(' | ')}};`,
    '}',
  ].join('\n');
}

/** The tree's own text, as the host compiles it: for plain sm_121, so the software branch. */
export function subjectText({ converters, helpers }: ConversionHeader, guard: string): string {
  const bodies = [...helpers.map(({ text }) => text), ...converters.map(({ text }) => text)];
  return [
    '#define __CUDA_ARCH__ 1210',
    guard,
    `#define SUBJECT ${SOFTWARE_CONVERSION.function}`,
    ...bodies,
    '',
  ].join('\n\n');
}

export function orderText({ converters }: ConversionHeader): string {
  const cases = converters.map(orderCase);
  return `${cases.join('\n')}\nconst std::vector<Order (*)()> orders = {${converters.map((_, at) => `order${at}`).join(', ')}};\n`;
}

function checksOf(path: string, result: HostResult): Check[] {
  const numbers = result.classes.map((own): Check => {
    const wrong = Math.max(own.againstNvidia, own.againstExact);
    const example = own.example
      ? `, for example ${own.example.bits} becomes ${own.example.got} and not ${own.example.expected}`
      : '';
    const detail = wrong === 0 ? 'no mismatch' : `${wrong.toLocaleString('en')} mismatches${example}`;
    return {
      what: `${path}: ${WORDS[own.class]}`,
      state: wrong === 0 ? 'passed' : 'failed',
      detail,
      facts: { ...own },
    };
  });
  const order = result.order.map(({ form, got, expected }): Check => {
    const same = got === expected;
    const detail = same ? 'packed as the asm packs them' : `packs ${got} where the asm packs ${expected}`;
    return {
      what: `${path}: order of ${form}`,
      state: same ? 'passed' : 'failed',
      detail,
      facts: { got, expected },
    };
  });
  return [...numbers, ...order];
}

async function prove(header: ConversionHeader, bench: Bench): Promise<Check[]> {
  const { workspace } = bench;
  const { path, text } = header.file;
  // The whole condition that decides on the hardware, so that the tree itself chooses its branch.
  const before = text.slice(0, text.indexOf(`#define ${SOFTWARE_CONVERSION.guard} 1`));
  const start = before.lastIndexOf('#if');
  const guard = start < 0 ? '' : text.slice(start, text.indexOf('#endif', start) + '#endif'.length);
  const folder = `numerics/${path.replaceAll('/', '_')}`;
  await workspace.write(`${folder}/subject.h`, subjectText(header, guard));
  await workspace.write(`${folder}/order.h`, orderText(header));
  const program = workspace.path(folder, 'host');
  const include = await cudaInclude();
  if (include === undefined)
    return [
      { what: path, state: 'not run', detail: 'no CUDA toolkit with cuda_fp4.h was found (CUDA_HOME, nvcc)' },
    ];
  const flags = [
    '-O3',
    '-march=native',
    '-ffp-contract=off',
    '-fno-trapping-math',
    '-std=c++17',
    '-pthread',
    '-w',
  ];
  const includes = [`-I${workspace.path(folder)}`, `-I${assetPath(ASSETS)}`, `-I${include}`];
  const compiler = process.env.CXX ?? 'g++';
  const built = await workspace.run(`${folder}-build`, compiler, [
    ...flags,
    ...includes,
    '-o',
    program,
    `${assetPath(ASSETS)}/host.cpp`,
  ]);
  if (built.code === 127) return [{ what: path, state: 'not run', detail: `${compiler} was not found` }];
  if (built.code !== 0) {
    const first = built.stderr.split('\n').find((line) => line.includes('error')) ?? 'the compiler failed';
    return [
      {
        what: path,
        state: 'failed',
        detail: `its software conversion does not compile on the host: ${first}`,
      },
    ];
  }
  const ran = await workspace.run(`${folder}-run`, program, ['2']);
  if (ran.code !== 0)
    throw new Failure('proof', `the numerics program ended with ${ran.code}: ${ran.stderr.slice(-300)}`);
  return checksOf(path, JSON.parse(ran.stdout) as HostResult);
}

/** The software conversion gives what NVIDIA's gives, for every float, and packs in the asm's order. */
export const numerics: Rung = async ({ project, tree }, bench) => {
  if (project !== 'vllm' && project !== 'flashinfer')
    return new NotRun(`no conversion is put into ${project}`);
  const documents = new Documents();
  try {
    const headers = await conversionHeaders(tree, documents);
    const ours = headers.filter(({ helpers }) =>
      helpers.some(({ name }) => name === SOFTWARE_CONVERSION.function),
    );
    if (ours.length === 0)
      return new NotRun(
        headers.length === 0
          ? 'no header holds the conversion'
          : `the tree has no ${SOFTWARE_CONVERSION.function}`,
      );
    const checks: Check[] = [];
    for (const header of ours) checks.push(...(await prove(header, bench)));
    return checks;
  } finally {
    documents.dispose();
  }
};
