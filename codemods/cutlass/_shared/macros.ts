import { deviceMacros, isCompiled, type JudgeContext, readAll } from '../../../src/api.js';

/** True where a build of the text for `sm` has the macro defined at its end. */
export function definesMacro(text: string, name: string, sm: string): boolean {
  const probe = `${text}\n#ifdef ${name}\n`;
  return isCompiled(`${probe};\n#endif\n`, probe.length, deviceMacros(sm));
}

/**
 * The headers that say which target a build is for, as one text: `detail/helper_macros.hpp` asks nvcc,
 * `arch/config.h` makes CUTLASS's own macros of it. `within` is the folder that holds both.
 */
export async function archMacros(context: JudgeContext, within: string): Promise<string> {
  const paths = ['detail/helper_macros.hpp', 'arch/config.h'].map((path) => `${within}/${path}`);
  return (await readAll(context, paths)).map(({ text }) => text).join('\n');
}
