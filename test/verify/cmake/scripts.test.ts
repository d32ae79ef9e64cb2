import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cmakeScript } from '../../support/cmake-programs.js';
import { hasCMake, runScript } from '../../support/cmake-real.js';
import { evaluateScript } from '../../support/cmake-script.js';

describe.skipIf(!hasCMake)(
  `small scripts${hasCMake ? '' : ' (skipped: cmake is not on this machine)'}`,
  () => {
    it('say what they say when the real cmake runs them', () => {
      fc.assert(
        fc.property(cmakeScript, (script) => {
          const real = runScript(script);
          const own = evaluateScript(script);
          expect({ ...own, errors: own.errors.length > 0 }).toEqual({
            ...real,
            errors: real.errors.length > 0,
          });
        }),
        { numRuns: 150 },
      );
    });
  },
);
