import { activeRanges, deviceMacros } from '../../../src/api.js';

/** GB10's targets. Plain ones lack the E2M1 instructions; arch- and family-specific ones have them. */
export const LACKING = ['121'];
export const HAVING = ['121a', '121f', '120f'];

export interface Activity {
  /** True where the byte is compiled for a target. */
  compiled(offset: number, sm: string): boolean;
}

/** Macros that a build defines, beside those that nvcc predefines for a target. */
export type Definitions = Readonly<Record<string, string>>;

/** Which lines of a file are compiled for each of GB10's targets. */
export function activityOf(text: string, definitions: Definitions = {}): Activity {
  const ranges = new Map(
    [...LACKING, ...HAVING].map((sm) => {
      const macros = new Map([...deviceMacros(sm), ...Object.entries(definitions)]);
      return [sm, activeRanges(text, macros)] as const;
    }),
  );
  return {
    compiled: (offset, sm) => ranges.get(sm)!.some((range) => range.start <= offset && offset < range.end),
  };
}

/** True where at least one of GB10's targets compiles the byte. */
export function isReached(activity: Activity, offset: number): boolean {
  return [...LACKING, ...HAVING].some((sm) => activity.compiled(offset, sm));
}

/**
 * Code may be for one toolkit or another: the activity of the first build that reaches an offset, or of
 * the first build at all.
 */
export function reachingActivity(activities: readonly Activity[], offset: number): Activity {
  return activities.find((activity) => isReached(activity, offset)) ?? activities[0]!;
}
