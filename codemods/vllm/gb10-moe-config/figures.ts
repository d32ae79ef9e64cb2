/**
 * Tuned figures of the Triton fused MoE kernel on NVIDIA_GB10 for E=512, N=512, fp8_w8a8 (Triton 3.5.0), and the
 * form of such a file.
 */

export const TRITON_VERSION = '3.5.0';

/** Tokens, BLOCK_SIZE_M, BLOCK_SIZE_N, BLOCK_SIZE_K, GROUP_SIZE_M, num_warps, num_stages. */
const ROWS: readonly (readonly number[])[] = [
  [1, 16, 128, 64, 1, 4, 5],
  [2, 16, 128, 64, 1, 4, 5],
  [4, 16, 128, 64, 1, 4, 4],
  [8, 16, 128, 64, 1, 4, 4],
  [16, 16, 128, 128, 1, 4, 4],
  [24, 16, 128, 128, 1, 4, 4],
  [32, 16, 128, 128, 8, 4, 5],
  [48, 16, 128, 128, 8, 4, 5],
  [64, 16, 128, 128, 16, 4, 5],
  [96, 16, 128, 128, 16, 4, 4],
  [128, 16, 128, 128, 16, 4, 5],
  [256, 16, 128, 128, 16, 4, 4],
  [512, 16, 128, 128, 16, 4, 4],
  [1024, 32, 128, 128, 16, 4, 4],
  [1536, 32, 128, 128, 16, 4, 5],
  [2048, 32, 128, 128, 16, 4, 5],
  [3072, 32, 128, 128, 16, 4, 5],
  [4096, 32, 128, 128, 16, 4, 5],
];

/** What the kernel needs of every entry, in the order of upstream's files. */
const FIELDS = [
  'BLOCK_SIZE_M',
  'BLOCK_SIZE_N',
  'BLOCK_SIZE_K',
  'GROUP_SIZE_M',
  'num_warps',
  'num_stages',
] as const;

/** What an entry may hold besides. */
const OPTIONAL = new Set(['SPLIT_K', 'num_ctas', 'waves_per_eu', 'matrix_instr_nonkdim', 'kpack']);

type Entry = Readonly<Record<string, number>>;
export type MoeConfig = Readonly<Record<string, Entry | string>>;

/** The file's content, with `triton_version` where the reader takes it off. */
export function moeConfig(readsVersion: boolean): MoeConfig {
  const entries = ROWS.map(([tokens, ...values]): [string, Entry] => [
    String(tokens),
    Object.fromEntries(FIELDS.map((name, i) => [name, values[i]!])),
  ]);
  return { ...(readsVersion ? { triton_version: TRITON_VERSION } : {}), ...Object.fromEntries(entries) };
}

/**
 * The content as text, a line for a number of tokens: no tuner writes that form, and JSON has no other place for a
 * mark of ours. JSON.stringify would put the numeric keys before `triton_version`.
 */
export function moeConfigText(config: MoeConfig): string {
  const { triton_version, ...entries } = config;
  const members = [
    ...(triton_version === undefined ? [] : [`    "triton_version": ${JSON.stringify(triton_version)}`]),
    ...Object.entries(entries).map(
      ([tokens, entry]) => `    "${tokens}": ${JSON.stringify(entry, null, 1).replace(/\n */g, ' ')}`,
    ),
  ];
  return `{\n${members.join(',\n')}\n}\n`;
}

const isPositive = (value: unknown): boolean => Number.isInteger(value) && (value as number) > 0;

function flawOfEntry(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return 'is no object';
  const missing = FIELDS.find((name) => !isPositive((entry as Entry)[name]));
  if (missing) return `has no positive ${missing}`;
  const strange = Object.keys(entry).find(
    (name) => !(FIELDS as readonly string[]).includes(name) && !OPTIONAL.has(name),
  );
  return strange && `has an unknown ${strange}`;
}

/** A tuning file, read and validated: its content, or what is wrong with it. */
export function readMoeConfig(text: string, readsVersion: boolean): { config?: MoeConfig; flaw?: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { flaw: 'it is not JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { flaw: 'it holds no object' };
  const config = value as MoeConfig;
  if ('triton_version' in config && !readsVersion) {
    return { flaw: 'it has triton_version, which the reader of this revision takes for a number of tokens' };
  }
  const tokens = Object.keys(config).filter((key) => key !== 'triton_version');
  if (tokens.length === 0) return { flaw: 'it has no entries' };
  const badKey = tokens.find((key) => !/^[1-9]\d*$/.test(key));
  if (badKey !== undefined) return { flaw: `${JSON.stringify(badKey)} is not a number of tokens` };
  const bad = tokens.find((key) => flawOfEntry(config[key]) !== undefined);
  if (bad !== undefined) return { flaw: `the entry for ${bad} tokens ${flawOfEntry(config[bad])}` };
  return { config };
}

/** True where two files tune alike; the version that they were made with does not count. */
export function tunesAlike(a: MoeConfig, b: MoeConfig): boolean {
  const form = ({ triton_version: _, ...entries }: MoeConfig): string =>
    JSON.stringify(
      Object.entries(entries).map(([tokens, entry]) => [
        tokens,
        Object.entries(entry).sort(([one], [other]) => (one < other ? -1 : 1)),
      ]),
    );
  return form(a) === form(b);
}

/** True for our figures in the form that we write, whatever the line ends. */
export function isOurText(text: string): boolean {
  const unix = text.replaceAll('\r\n', '\n');
  return [true, false].some((readsVersion) => unix === moeConfigText(moeConfig(readsVersion)));
}
