// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CMake's references.
import { describe, expect, it } from 'vitest';
import { failsWith, says } from '../../support/cmake-script.js';

describe('include', () => {
  it('runs a file of the tree, in the scope of the call', () => {
    const files = { 'cmake/a.cmake': 'set(A "${CMAKE_CURRENT_LIST_DIR}")\nreturn()\nset(A no)' };
    expect(says('include(cmake/a.cmake)\nmessage(STATUS "${A}")', files)).toEqual(['/source/cmake']);
    expect(
      says(
        'include(${CMAKE_CURRENT_LIST_DIR}/cmake/a.cmake RESULT_VARIABLE R)\nmessage(STATUS "${R}")',
        files,
      ),
    ).toEqual(['/source/cmake/a.cmake']);
  });

  it('gives the place of the call back', () => {
    const files = { 'cmake/a.cmake': 'message(STATUS "${CMAKE_PARENT_LIST_FILE}")' };
    expect(says('include(cmake/a.cmake)\nmessage(STATUS "${CMAKE_CURRENT_LIST_FILE}")', files)).toEqual([
      '/source/script.cmake',
      '/source/script.cmake',
    ]);
  });

  it('finds modules of the tree', () => {
    const files = { 'm/Own.cmake': 'message(STATUS own)' };
    expect(says('set(CMAKE_MODULE_PATH "/none;${CMAKE_CURRENT_LIST_DIR}/m")\ninclude(Own)', files)).toEqual([
      'own',
    ]);
  });

  it('says what is not there', () => {
    expect(failsWith('include(CheckCXXCompilerFlag)')).toBe(
      'CMake Error at script.cmake:1 (include): include could not find requested file: CheckCXXCompilerFlag',
    );
    expect(failsWith('include(/etc/passwd)')).toContain('could not find requested file');
    expect(failsWith('include(../outside.cmake)')).toContain('could not find requested file');
    expect(says('include(none OPTIONAL RESULT_VARIABLE R)\nmessage(STATUS "${R}")\ninclude("")')).toEqual([
      'NOTFOUND',
    ]);
    expect(failsWith('include()')).toContain('wrong number of arguments');
    expect(failsWith('include(a OPTIONAL OPTIONAL)')).toContain('OPTIONAL used twice');
    expect(failsWith('include(a b c)')).toContain('invalid argument: c');
  });

  it('tells errors in the file that holds them', () => {
    expect(failsWith('\ninclude(a.cmake)', { 'a.cmake': '\n\nlist(GET)' })).toMatch(
      /^CMake Error at a\.cmake:3 \(list\): /,
    );
    expect(failsWith('\ninclude(a.cmake)', { 'a.cmake': 'set(A\n"' })).toBe(
      'CMake Error at a.cmake:2: Parse error. a quoted argument is not closed',
    );
  });

  it('runs a guarded file once', () => {
    for (const scope of ['', 'GLOBAL', 'DIRECTORY']) {
      const files = { 'a.cmake': `include_guard(${scope})\nmessage(STATUS once)` };
      expect(says('include(a.cmake)\ninclude(a.cmake)', files)).toEqual(['once']);
    }
    const inFunction = 'function(f)\ninclude(a.cmake)\nendfunction()\nf()\nf()';
    expect(says(inFunction, { 'a.cmake': 'include_guard()\nmessage(STATUS a)' })).toEqual(['a', 'a']);
    expect(says(inFunction, { 'a.cmake': 'include_guard(GLOBAL)\nmessage(STATUS a)' })).toEqual(['a']);
    expect(failsWith('include_guard(x)')).toContain('invalid scope');
  });
});
