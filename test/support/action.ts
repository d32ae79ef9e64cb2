import { readFileSync } from 'node:fs';

export interface Step {
  readonly name: string;
  readonly run: string;
  readonly condition: string | undefined;
  readonly env: Readonly<Record<string, string>>;
}

/** The steps of action.yml. */
export const actionSteps = (): Step[] => stepsOf('action.yml');

/** The steps of a file of ours that holds one scalar a line: all the YAML that is needed to read it. */
export function stepsOf(path: string): Step[] {
  const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  return text
    .split(/^ {4,6}- /m)
    .slice(1)
    .map((step) => {
      const field = (name: string): string | undefined =>
        new RegExp(`^(?: {6,8})?${name}: (.*)$`, 'm').exec(step)?.[1];
      const env = [...step.matchAll(/^ {8,10}([A-Z_]+): (.*)$/gm)].map(([, name, value]) => [name!, value!]);
      return {
        name: field('name')!,
        run: field('run')!,
        condition: field('if'),
        env: Object.fromEntries(env) as Record<string, string>,
      };
    });
}
