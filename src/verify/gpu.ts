import { readFile } from 'node:fs/promises';
import { assetPath } from '../assets.js';
import { Documents } from '../syntax/parser.js';
import { firstError } from './compile/unit.js';
import { type ConversionHeader, conversionHeaders } from './converters.js';
import { materialise } from './materialise.js';
import { type Bench, type Check, NotRun, type Rung, type Subject } from './rung.js';
import { targetsOf } from './targets.js';
import { torchOf } from './toolchain.js';

const ASSETS = 'src/verify/gpu';
const KERNELS = [
  'nvfp4_quant_kernels.cu',
  'activation_nvfp4_quant_fusion_kernels.cu',
  'nvfp4_experts_quant.cu',
];

interface GpuResult {
  readonly device: string;
  readonly capability: string;
  readonly torch: string;
  readonly cuda: string;
  readonly runs: readonly {
    readonly path: 'hardware' | 'software';
    readonly target: string;
    readonly exhaustive: readonly {
      readonly form: string;
      readonly inputs: number;
      readonly wrong: number;
    }[];
    readonly cases: readonly CaseResult[];
    readonly speed: Speed;
  }[];
}

interface Speed {
  readonly shape: readonly [number, number];
  readonly type: string;
  readonly bytesMoved: number;
  readonly copyMicroseconds: number;
  readonly layouts: readonly {
    readonly layout: string;
    readonly microseconds: number;
    readonly timesCopy: number;
  }[];
}

interface CaseResult {
  readonly case: string;
  readonly rows: number;
  readonly columns: number;
  readonly type?: string;
  readonly compared: number;
  readonly wrong: number;
  readonly first?: { readonly at: readonly number[]; readonly got: number; readonly expected: number };
  /** First and last wrong column, and how many there are. */
  readonly wrongColumns?: readonly [number, number, number];
}

/** Sources of the extension: each kernel file with what it needs before it, and the probe of the header. */
async function writeUnits(header: ConversionHeader, root: string, { workspace }: Bench): Promise<string[]> {
  const path = `${root}/${header.file.path}`;
  const folder = path.slice(0, path.lastIndexOf('/'));
  const stable = header.file.path.includes('libtorch_stable');
  // Included first, the header takes its form of eight values a thread: that of sixteen loads 256 bits at
  // once, which asks for compute capability 10.0.
  const before = stable
    ? [
        '#define TORCH_TARGET_VERSION 0x020A000000000000ULL',
        '#define USE_CUDA 1',
        '#include <torch/csrc/stable/tensor.h>',
        '#include "libtorch_stable/torch_utils.h"',
        '#include <cuda.h>',
        '#include <cuda_fp8.h>',
        `#include "${path}"`,
      ]
    : ['#include "older.h"'];
  const units = KERNELS.map((name) => [name, [...before, `#include "${folder}/${name}"`]] as const);
  const vec16 = header.converters.find(
    ({ parameter }) => parameter.count * (parameter.type === 'float2' ? 2 : 1) === 16,
  );
  const probe = [
    '#include <torch/all.h>',
    '#include "older.h"',
    `#define PROBE_HEADER "${path}"`,
    `#define PROBE_VEC8 ${header.converters[0]!.name}`,
    ...(vec16 ? [`#define PROBE_VEC16 ${vec16.name}`] : []),
    '#include "probe.cu"',
  ];
  const all = [...units, ['probe.cu', probe] as const];
  return Promise.all(
    all.map(([name, lines]) =>
      workspace.write(`gpu/${name.replace(/\.cu$/, '_unit.cu')}`, `${lines.join('\n')}\n`),
    ),
  );
}

function caseChecks(cases: readonly CaseResult[], path: string): Check[] {
  return [...new Set(cases.map((own) => own.case))].map((name): Check => {
    const own = cases.filter((one) => one.case === name);
    const wrong = own.filter((one) => one.wrong > 0);
    const facts = {
      cases: own.length,
      compared: own.reduce((sum, { compared }) => sum + compared, 0),
      wrong: own.reduce((sum, one) => sum + one.wrong, 0),
    };
    const worst = wrong.at(-1);
    if (worst === undefined)
      return {
        what: `${name} (${path})`,
        state: 'passed',
        detail: `${own.length} cases, ${facts.compared.toLocaleString('en')} bytes alike`,
        facts,
      };
    const [from, to, of] = worst.wrongColumns ?? [0, 0, 0];
    const where = `byte columns ${from} to ${to} of ${of}`;
    const detail = `${wrong.length} of ${own.length} cases differ; at ${worst.rows}×${worst.columns} ${worst.type ?? ''} ${worst.wrong.toLocaleString('en')} of ${worst.compared.toLocaleString('en')} bytes, in ${where}`;
    return { what: `${name} (${path})`, state: 'failed', detail, facts: { ...facts, worst } };
  });
}

function speedText({ shape, type, copyMicroseconds, layouts }: Speed): string {
  const each = layouts.map(
    ({ layout, microseconds, timesCopy }) => `${layout} ${microseconds} µs (${timesCopy} times)`,
  );
  return `${type} ${shape.join('×')}: ${each.join(', ')}; a copy of the same bytes ${copyMicroseconds} µs`;
}

function checksOf({ runs, ...device }: GpuResult): Check[] {
  const checks: Check[] = [
    {
      what: 'device',
      state: 'passed',
      detail: `${device.device}, compute capability ${device.capability}`,
      facts: device,
    },
  ];
  for (const { path: conversion, target, exhaustive, cases, speed } of runs) {
    const path = `${conversion} conversion, ${target}`;
    for (const { form, inputs, wrong } of exhaustive) {
      const detail =
        wrong === 0
          ? `${inputs.toLocaleString('en')} inputs alike`
          : `${wrong.toLocaleString('en')} of ${inputs.toLocaleString('en')} differ from CUDA's conversion`;
      checks.push({
        what: `conversion of ${form} (${path})`,
        state: wrong === 0 ? 'passed' : 'failed',
        detail,
      });
    }
    checks.push(...caseChecks(cases, path));
    checks.push({ what: `speed (${path})`, state: 'passed', detail: speedText(speed), facts: { ...speed } });
  }
  return checks;
}

async function prove(
  subject: Subject,
  header: ConversionHeader,
  bench: Bench,
): Promise<readonly Check[] | NotRun> {
  const root = await materialise(subject, bench.workspace);
  const folder = header.file.path.slice(0, header.file.path.lastIndexOf('/'));
  const missing: string[] = [];
  for (const name of KERNELS) if (!(await subject.tree.read(`${folder}/${name}`))) missing.push(name);
  if (missing.length > 0) return new NotRun(`${missing.join(', ')}: not beside ${header.file.path}`);
  const settings = {
    name: `dgx_patch_${subject.commit.slice(0, 12)}`,
    sources: await writeUnits(header, root, bench),
    includes: [`${root}/csrc`, `${root}/${folder}`],
    stable: header.file.path.includes('libtorch_stable'),
    wide: header.converters.some(({ asm }) => asm.outputs.length > 1),
    software: bench.software,
    work: bench.workspace.path('gpu/build'),
  };
  const settingsPath = await bench.workspace.write('gpu/settings.json', JSON.stringify(settings, null, 2));
  const resultPath = bench.workspace.path('gpu/result.json');
  const ran = await bench.workspace.run('gpu', bench.python, [
    `${assetPath(ASSETS)}/run.py`,
    settingsPath,
    resultPath,
  ]);
  const result = await readFile(resultPath, 'utf8').catch(() => undefined);
  if (ran.code !== 0 || result === undefined) {
    return [
      {
        what: 'the kernels as a torch extension',
        state: 'failed',
        detail: `${firstError(ran.stderr + ran.stdout)} (to repeat it: ${ran.command})`,
      },
    ];
  }
  return checksOf(JSON.parse(result) as GpuResult);
}

/** The patched NVFP4 quantisation kernels, run on the device present and compared with a reference. */
export const gpu: Rung = async (subject, bench) => {
  if (subject.project !== 'vllm') return new NotRun(`no kernel of ${subject.project} is run`);
  const torch = await torchOf(bench.python);
  if (!torch) return new NotRun(`${bench.python} has no torch (--python)`);
  if (torch.device === null) return new NotRun('no CUDA device is present');
  if (Number.parseInt(torch.capability ?? '0', 10) < 10 && !(await targetsOf(subject)).includes('12.1')) {
    return new NotRun(
      `the tree has no conversion but the hardware’s, and ${torch.device} has none (apply --full)`,
    );
  }
  const documents = new Documents();
  try {
    const [header] = await conversionHeaders(subject.tree, documents);
    return header
      ? await prove(subject, header, bench)
      : new NotRun('no header of this revision holds the conversion');
  } finally {
    documents.dispose();
  }
};
