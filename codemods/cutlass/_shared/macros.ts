import { deviceMacros, isCompiled } from '../../../src/syntax/activity.js';

/** True where a build of the text for `sm` has the macro defined at its end. */
export function definesMacro(text: string, name: string, sm: string): boolean {
  const probe = `${text}\n#ifdef ${name}\n`;
  return isCompiled(`${probe};\n#endif\n`, probe.length, deviceMacros(sm));
}
