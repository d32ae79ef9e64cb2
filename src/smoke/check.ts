/**
 * What came of one check. `warning` is worth reading and fails nothing; `skipped` says why it was not run.
 */
export interface Result {
  readonly outcome: 'passed' | 'failed' | 'warning' | 'skipped';
  readonly detail: string;
  readonly tokensPerSecond?: number;
}

export interface Check extends Result {
  readonly name: string;
  readonly seconds: number;
}

export const passed = (detail: string): Result => ({ outcome: 'passed', detail });
export const failed = (detail: string): Result => ({ outcome: 'failed', detail });
export const warned = (detail: string): Result => ({ outcome: 'warning', detail });
export const skipped = (detail: string): Result => ({ outcome: 'skipped', detail });
