/** One instruction of a Containerfile, continuation lines joined. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
  readonly ignored: readonly string[];
}

/** Reads a Containerfile. `# hadolint ignore=DL…` above an instruction is kept with it. */
export function readContainerfile(text: string): Instruction[] {
  const found: Instruction[] = [];
  let joined = '';
  let ignored: string[] = [];
  for (const line of text.split('\n')) {
    const comment = /^\s*#\s*(?:hadolint ignore=(\S+))?/.exec(line);
    if (comment) {
      if (comment[1]) ignored = comment[1].split(',');
      continue;
    }
    joined += line.replace(/\\$/, ' ');
    if (/\\$/.test(line)) continue;
    const match = /^\s*([A-Za-z]+)\s+(.*)$/s.exec(joined);
    if (match) {
      found.push({ name: match[1]!.toUpperCase(), text: match[2]!.trim(), ignored });
      ignored = [];
    } else if (joined.trim() !== '') throw new Error(`not an instruction: ${joined}`);
    joined = '';
  }
  if (joined !== '') throw new Error('the last instruction is not finished');
  return found;
}

const KNOWN = [
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
];

type Rule = (instruction: Instruction, before: readonly Instruction[]) => boolean;

/** True where the rule is broken. Numbers and meanings are hadolint's. */
const RULES: Readonly<Record<string, Rule>> = {
  'unknown instruction': ({ name }) => !KNOWN.includes(name),
  DL3000: ({ name, text }) => name === 'WORKDIR' && !/^["']?(\/|\$)/.test(text),
  DL3003: ({ name, text }) => name === 'RUN' && /(^|&&|;)\s*cd\s/.test(text),
  DL3004: ({ name, text }) => name === 'RUN' && /\bsudo\b/.test(text),
  DL3006: ({ name, text }, before) => {
    const stages = before
      .filter((one) => one.name === 'FROM')
      .map((one) => / AS (\S+)$/i.exec(one.text)?.[1]);
    const image = text.split(' ')[0]!;
    return (
      name === 'FROM' &&
      !stages.includes(image) &&
      image !== 'scratch' &&
      !/[:@]/.test(image.replace(/^.*\//, ''))
    );
  },
  DL3007: ({ name, text }) => name === 'FROM' && /:latest(\s|$)/.test(text),
  DL3008: ({ name, text }) => name === 'RUN' && /apt-get install/.test(text),
  DL3009: ({ name, text }) =>
    name === 'RUN' && /apt-get update/.test(text) && !/rm -rf \/var\/lib\/apt\/lists/.test(text),
  DL3014: ({ name, text }) => name === 'RUN' && /apt-get install/.test(text) && !/ -y\b| --yes\b/.test(text),
  DL3015: ({ name, text }) =>
    name === 'RUN' && /apt-get install/.test(text) && !/--no-install-recommends/.test(text),
  DL3020: ({ name, text }) => name === 'ADD' && !/\.tar\S*\s/.test(text) && !/^https?:/.test(text),
  DL3021: ({ name, text }) =>
    (name === 'COPY' || name === 'ADD') &&
    text.replace(/--\S+\s+/g, '').split(/\s+/).length > 2 &&
    !text.endsWith('/'),
  DL3022: ({ name, text }, before) => {
    const from = name === 'COPY' ? /--from=(\S+)/.exec(text)?.[1] : undefined;
    return (
      from !== undefined &&
      !before.some((one) => one.name === 'FROM' && new RegExp(` AS ${from}$`, 'i').test(one.text))
    );
  },
  DL3024: ({ name, text }, before) => {
    const alias = name === 'FROM' ? / AS (\S+)$/i.exec(text)?.[1] : undefined;
    return (
      alias !== undefined && before.some((one) => one.name === 'FROM' && one.text.endsWith(` AS ${alias}`))
    );
  },
  DL3025: ({ name, text }) => (name === 'CMD' || name === 'ENTRYPOINT') && !/^\[.*\]$/.test(text),
  DL3027: ({ name, text }) => name === 'RUN' && /(^|\s)apt (install|update)/.test(text),
  DL3042: ({ name, text }) =>
    name === 'RUN' &&
    /\bpip install\b/.test(text) &&
    !/--no-cache-dir|target=\/root\/\.cache\/pip/.test(text),
  DL3048: ({ name, text }) =>
    name === 'LABEL' &&
    [...text.matchAll(/(?:^|\s)([^\s=]+)=/g)].some(([, key]) => !/^[a-z0-9]+([.-][a-z0-9]+)*$/.test(key!)),
  DL4006: ({ name, text }, before) => {
    const stage = before.slice(before.map((one) => one.name).lastIndexOf('FROM'));
    return (
      name === 'RUN' &&
      /[^|]\|[^|]/.test(text.replace(/'[^']*'|"[^"]*"/g, '')) &&
      !stage.some((one) => one.name === 'SHELL' && /pipefail/.test(one.text))
    );
  },
};

/** Broken rules, as `DL3000: the instruction`. */
export function brokenRules(text: string): string[] {
  const all = readContainerfile(text);
  return all.flatMap((instruction, at) =>
    Object.entries(RULES)
      .filter(([id, rule]) => !instruction.ignored.includes(id) && rule(instruction, all.slice(0, at)))
      .map(([id]) => `${id}: ${instruction.name} ${instruction.text}`),
  );
}
