// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CMake's references.
import { describe, expect, it } from 'vitest';
import { evaluateScript, failsWith, out, says } from '../../support/cmake-script.js';

describe('cmake_language', () => {
  it('calls a command that is named', () => {
    expect(out('set(F SeT)', 'cmake_language(CALL ${F} OUT "a;b" c)')).toBe('a;b;c');
    expect(says('set(call CALL message)\ncmake_language(${call} STATUS x)')).toEqual(['x']);
    expect(failsWith('cmake_language(CALL if x)')).toContain('invalid command specified: if');
    expect(failsWith('cmake_language(CALL set;A b)')).toContain('must be literal');
    expect(failsWith('cmake_language(CALL)')).toContain('missing command name');
    expect(failsWith('cmake_language(CALL _execute_process COMMAND true)')).toContain(
      'Unknown CMake command "_execute_process"',
    );
  });

  it('runs text', () => {
    expect(out('cmake_language(EVAL CODE "set(OUT a)\nreturn()\nset(OUT b)")')).toBe('a');
    expect(out('cmake_language(EVAL CODE [[set(OUT]] [["${CMAKE_CURRENT_LIST_FILE}")]])')).toBe(
      '/source/script.cmake:1:EVAL',
    );
    expect(failsWith('\ncmake_language(EVAL CODE "\nno_such()")')).toMatch(
      /^CMake Error at script\.cmake:2:EVAL:2 \(no_such\)/,
    );
    expect(failsWith('cmake_language(EVAL x)')).toContain('without CODE');
  });

  it('does nothing else', () => {
    expect(failsWith('cmake_language(DEFER CALL message x)')).toContain(
      'cmake_language(DEFER) is not evaluated',
    );
  });
});

describe('cmake_parse_arguments', () => {
  const parse = (args: string, names = '"A;B" "ONE;TWO" "LIST;MORE"') =>
    says(
      `cmake_parse_arguments(x ${names} ${args})\nforeach(n A B ONE TWO LIST MORE UNPARSED_ARGUMENTS KEYWORDS_MISSING_VALUES)\nif(DEFINED x_\${n})\nmessage(STATUS "\${n}=\${x_\${n}}")\nendif()\nendforeach()`,
    );

  it.each([
    ['', ['A=FALSE', 'B=FALSE']],
    ['A ONE 1 LIST a b', ['A=TRUE', 'B=FALSE', 'ONE=1', 'LIST=a;b']],
    ['LIST a "b;c" LIST d', ['A=FALSE', 'B=FALSE', 'LIST=a;b;c;d']],
    ['x A y ONE 1 2', ['A=TRUE', 'B=FALSE', 'ONE=1', 'UNPARSED_ARGUMENTS=x;y;2']],
    ['ONE LIST ONE', ['A=FALSE', 'B=FALSE', 'KEYWORDS_MISSING_VALUES=LIST;ONE']],
    ['ONE ""', ['A=FALSE', 'B=FALSE', 'KEYWORDS_MISSING_VALUES=ONE']],
  ])('(%s)', (args, values) => {
    expect(parse(args)).toEqual(values);
  });

  it('reads the arguments of a function, with their separators', () => {
    const body =
      'cmake_parse_arguments(PARSE_ARGV 1 x "" "ONE" "LIST")\nmessage(STATUS "${x_ONE}|${x_LIST}|${x_UNPARSED_ARGUMENTS}")';
    expect(says(`function(f)\n${body}\nendfunction()\nf(q ONE "" "r;s" LIST "a;b" c)`)).toEqual([
      '|a\\;b;c|r\\;s',
    ]);
    expect(failsWith('cmake_parse_arguments(PARSE_ARGV x p "" "" "")')).toContain('not an unsigned integer');
    expect(failsWith('cmake_parse_arguments(PARSE_ARGV 0 p "" "" "")')).toContain("ARGC=''");
    expect(failsWith('cmake_parse_arguments(p "" "")')).toContain('at least 4 arguments');
  });
});

describe('separate_arguments', () => {
  it('takes blanks for separators, or words as a shell does', () => {
    expect(out('set(OUT "a b  c")', 'separate_arguments(OUT)')).toBe('a;b;;c');
    expect(out(`separate_arguments(OUT UNIX_COMMAND [[a "b c" 'd"e' f\\ g "" h;i]])`)).toBe(
      'a;b c;d"e;f g;;h\\;i',
    );
    expect(failsWith('separate_arguments(OUT WINDOWS_COMMAND x)')).toContain('is not evaluated');
  });
});

describe('cmake_policy', () => {
  it('knows what is NEW, and does not go back where that matters', () => {
    expect(
      out(
        'cmake_policy(PUSH)',
        'cmake_policy(SET CMP0054 NEW)',
        'cmake_policy(GET CMP0054 OUT)',
        'cmake_policy(POP)',
      ),
    ).toBe('NEW');
    expect(out('cmake_policy(SET CMP0042 OLD)', 'set(OUT on)')).toBe('on');
    expect(failsWith('cmake_policy(SET CMP0054 OLD)')).toContain('CMP0054 as OLD is not evaluated');
    expect(failsWith('cmake_policy(SET CMP0999 NEW)')).toContain('is not known');
    expect(failsWith('cmake_policy(VERSION 3.5)')).toContain('is not evaluated');
  });
});

describe('message', () => {
  it('ends the evaluation, or is counted', () => {
    expect(
      evaluateScript(
        'message(SEND_ERROR "a\n  b" c)\nmessage(WARNING d)\nmessage(FATAL_ERROR e)\nmessage(STATUS f)',
      ),
    ).toEqual({
      messages: [],
      errors: ['CMake Error at script.cmake:1 (message): a bc', 'CMake Error at script.cmake:4 (message): e'],
    });
    expect(failsWith('set(CMAKE_ERROR_DEPRECATED ON)\nmessage(DEPRECATION a)')).toContain('a');
    expect(failsWith('set(CMAKE_SUPPRESS_DEVELOPER_ERRORS OFF)\nmessage(AUTHOR_WARNING a)')).toContain('a');
    expect(failsWith('message()')).toContain('incorrect number of arguments');
  });
});
