import { readTemplate } from './template.js';
import { isOff } from './truth.js';
import type { Variables } from './variables.js';

const DEFINE = /#([ \t]*)cmakedefine[ \t]+([A-Za-z_0-9]*)/;
const DEFINE_01 = /#([ \t]*)cmakedefine01[ \t]+([A-Za-z_0-9]*)/;

function define(line: string, variables: Variables): string {
  const plain = DEFINE.exec(line);
  if (plain) {
    const [, indent = '', name = ''] = plain;
    if (isOff(variables.get(name))) return `/* #undef ${name} */`;
    return line.replaceAll(`#${indent}cmakedefine`, `#${indent}define`);
  }
  const number = DEFINE_01.exec(line);
  if (!number) return line;
  const [, indent = '', name = ''] = number;
  const defined = line.replaceAll(`#${indent}cmakedefine01`, `#${indent}define`);
  return `${defined} ${isOff(variables.get(name)) ? 0 : 1}`;
}

/** What `string(CONFIGURE)` makes of a text: `#cmakedefine`, then `@NAME@` and, unless `atOnly`, `${NAME}`. */
export function configure(variables: Variables, text: string, atOnly: boolean): string {
  const lines = text.split('\n').map((line) => define(line, variables));
  const template = readTemplate(lines.join('\n'), { escapes: false, dollar: !atOnly, at: true });
  return variables.expand(template);
}
