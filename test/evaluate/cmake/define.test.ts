// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CMake's references.
import { describe, expect, it } from 'vitest';
import { evaluateScript, failsWith, out, says } from '../../support/cmake-script.js';

const ARGS = 'message(STATUS "${a}|${ARGC}|${ARGV}|${ARGN}|${ARGV1}")';

describe('functions', () => {
  it('have their arguments as variables', () => {
    expect(says(`function(f a)\n${ARGS}\nendfunction()\nF(1 "2;3" 4)`)).toEqual(['1|3|1;2;3;4|2;3;4|2;3']);
  });

  it('keep their variables to themselves', () => {
    expect(out('set(OUT a)\nfunction(f)\nset(OUT b)\nendfunction()\nf()')).toBe('a');
    expect(out('function(f)\nset(OUT b)\nreturn(PROPAGATE OUT)\nset(OUT c)\nendfunction()\nf()')).toBe('b');
  });

  it('return, also from a loop', () => {
    const body =
      'foreach(i a b)\nif(i STREQUAL b)\nreturn()\nendif()\nmessage(STATUS "${i}")\nendforeach()\nmessage(STATUS end)';
    expect(says(`function(f)\n${body}\nendfunction()\nf()\nmessage(STATUS after)`)).toEqual(['a', 'after']);
  });

  it('know where they stand', () => {
    expect(
      says(
        '\nfunction(f)\nmessage(STATUS "${CMAKE_CURRENT_FUNCTION} ${CMAKE_CURRENT_FUNCTION_LIST_LINE}")\nendfunction()\nf()',
      ),
    ).toEqual(['f 2']);
  });

  it('are told of too few arguments, at the call', () => {
    expect(failsWith('function(f a b)\nendfunction()\n\nf(1)')).toMatch(
      /^CMake Error at script\.cmake:4 \(f\): /,
    );
  });
});

describe('macros', () => {
  it('have their arguments as text', () => {
    expect(says(`macro(m a)\n${ARGS}\nendmacro()\nm(1 "2;3" 4)`)).toEqual(['1|3|1;2;3;4|2;3;4|2;3']);
    expect(
      says(
        'macro(m a)\nif(DEFINED a)\nmessage(STATUS yes)\nelse()\nmessage(STATUS no)\nendif()\nendmacro()\nm(1)',
      ),
    ).toEqual(['no']);
    expect(says('set(A b)\nmacro(m x)\nmessage(STATUS "${x}")\nendmacro()\nm("\\${A}")')).toEqual(['b']);
    expect(says('macro(m x)\nmessage(STATUS [[${x}]])\nendmacro()\nm(1)')).toEqual(['${x}']);
  });

  it('are at home in the scope of the call', () => {
    expect(out('macro(m)\nset(OUT b)\nendmacro()\nm()')).toBe('b');
    expect(
      says(
        'function(f)\nm()\nmessage(STATUS no)\nendfunction()\nmacro(m)\nreturn()\nendmacro()\nf()\nmessage(STATUS on)',
      ),
    ).toEqual(['on']);
  });

  it('define commands with what they were given', () => {
    const inner =
      'macro(make name)\nfunction(${name} x)\nmessage(STATUS "${name} ${x}")\nendfunction()\nendmacro()';
    expect(says(`${inner}\nmake(f)\nf(1)`)).toEqual(['f 1']);
    const nested = 'macro(one x)\nmacro(two x)\nmessage(STATUS "${x}")\nendmacro()\nendmacro()';
    expect(says(`${nested}\none(1)\ntwo(2)`)).toEqual(['1']);
  });
});

describe('overriding a command', () => {
  it('keeps the one before, with an underscore', () => {
    const script =
      'function(set)\nmessage(STATUS mine)\n_set(${ARGV} PARENT_SCOPE)\nendfunction()\nset(A b)\nmessage(STATUS "${A}")';
    expect(says(script)).toEqual(['mine', 'b']);
    expect(
      says('macro(f)\nmessage(STATUS one)\nendmacro()\nmacro(f)\nmessage(STATUS two)\n_f()\nendmacro()\nf()'),
    ).toEqual(['two', 'one']);
  });

  it('makes no command that CMake would have kept', () => {
    for (const name of [
      'execute_process',
      'exec_program',
      'file',
      'configure_file',
      'try_run',
      'write_file',
    ]) {
      expect(failsWith(`function(${name})\nendfunction()\n_${name}(x)`)).toBe(
        `CMake Error at script.cmake:3 (_${name}): Unknown CMake command "_${name}".`,
      );
    }
  });

  it('is not for what decides the flow', () => {
    for (const name of ['if', 'endif', 'foreach', 'return', 'break', 'macro', 'endblock', 'else'])
      expect(failsWith(`function(${name})\nendfunction()`)).toContain('cannot be overridden');
  });
});

describe('blocks', () => {
  it('have a scope of their own', () => {
    expect(out('set(OUT a)\nblock()\nset(OUT b)\nendblock()')).toBe('a');
    expect(out('block(PROPAGATE OUT)\nset(OUT b)\nendblock()')).toBe('b');
    expect(out('block(SCOPE_FOR POLICIES)\nset(OUT b)\nendblock()')).toBe('b');
    expect(says('foreach(i a b)\nblock()\nbreak()\nendblock()\nendforeach()\nmessage(STATUS end)')).toEqual([
      'end',
    ]);
  });

  it('do not take other arguments', () => {
    expect(failsWith('block(x)\nendblock()')).toContain('unsupported argument "x"');
    expect(failsWith('block(SCOPE_FOR x)\nendblock()')).toContain('unsupported scope "x"');
    expect(failsWith('block(SCOPE_FOR POLICIES PROPAGATE x)\nendblock()')).toContain('PROPAGATE');
    expect(failsWith('function(f)\nreturn(x)\nendfunction()\nf()')).toContain('unsupported argument "x"');
  });
});

it('an unknown command is an error, where it stands', () => {
  expect(evaluateScript('message(STATUS a)\n\nsome_command(x)\nmessage(STATUS b)')).toEqual({
    messages: ['a'],
    errors: ['CMake Error at script.cmake:3 (some_command): Unknown CMake command "some_command".'],
  });
});
