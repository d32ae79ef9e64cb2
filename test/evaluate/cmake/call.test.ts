import { describe, expect, it } from 'vitest';
import { callCMake } from '../../../src/evaluate/cmake/call.js';

/** A file with one function; `$(X)` stands for CMake's `${X}`. */
const file = (body: string) => ({
  path: 'cmake/a.cmake',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of CMake's
  text: `function(doubled OUT VALUE)\n${body.replace(/\$\((\w+)\)/g, '${$1}')}\nendfunction()\n`,
});

describe('callCMake', () => {
  it('gives what a function sets for its caller', () => {
    const doubled = file('  set($(OUT) "$(VALUE);$(VALUE)" PARENT_SCOPE)');
    expect(callCMake(doubled, 'doubled', ['12.1'])).toBe('12.1;12.1');
    expect(callCMake(doubled, 'doubled', ['a b'])).toBe('a b;a b');
  });

  it('gives nothing where nothing is set, or something is not known', () => {
    expect(callCMake(file('  set($(OUT) 1)'), 'doubled', ['1'])).toBeUndefined();
    expect(callCMake(file('  surely_not_cmake(1)'), 'doubled', ['1'])).toBeUndefined();
    expect(callCMake(file(''), 'tripled', ['1'])).toBeUndefined();
  });
});
