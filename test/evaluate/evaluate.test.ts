// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are CMake's references.
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { evaluateCMake } from '../../src/evaluate/evaluate.js';
import { TooLarge } from '../../src/failure.js';
import { enabled, evaluateText, targetsOf } from '../support/evaluation.js';
import { BUILD } from '../support/memory.js';

/** A miniature of a project that builds kernel groups for arch lists. */
const PROJECT = `cmake_minimum_required(VERSION 3.26)
project(mini LANGUAGES CXX)
include(cmake/helpers.cmake)
find_package(Torch REQUIRED)
set(SUPPORTED "9.0;12.0")
cuda_archs_loose_intersection(CUDA_ARCHS "\${SUPPORTED}" "\${ASKED}")
if(\${CMAKE_CUDA_COMPILER_VERSION} VERSION_GREATER_EQUAL 13.0)
  cuda_archs_loose_intersection(FP4_ARCHS "12.0f" "\${CUDA_ARCHS}")
else()
  cuda_archs_loose_intersection(FP4_ARCHS "12.0a" "\${CUDA_ARCHS}")
endif()
if(FP4_ARCHS)
  set(SRCS "src/fp4_quant.cu" "src/fp4_mm.cu")
  set_gencode_flags_for_srcs(SRCS "\${SRCS}" CUDA_ARCHS "\${FP4_ARCHS}")
  list(APPEND GPU_FLAGS "-DENABLE_FP4=1")
endif()
define_extension_target(_core DESTINATION mini LANGUAGE CUDA SOURCES src/main.cpp \${SRCS} COMPILE_FLAGS \${GPU_FLAGS} USE_SABI 3)
target_compile_definitions(_core PRIVATE -DENABLE_LATER=1)
`;

const HELPERS = `function(cuda_archs_loose_intersection OUT LISTED ASKED)
  set(\${OUT} "")
  foreach(_arch \${LISTED})
    if(_arch MATCHES "^12")
      list(APPEND \${OUT} \${_arch})
    endif()
  endforeach()
  set(\${OUT} "\${\${OUT}}" PARENT_SCOPE)
endfunction()
function(set_gencode_flags_for_srcs)
endfunction()
function(define_extension_target)
endfunction()
`;

const files = [
  { path: 'CMakeLists.txt', text: PROJECT },
  { path: 'cmake/helpers.cmake', text: HELPERS },
];

describe('evaluateCMake', () => {
  it('runs the control flow for a build', async () => {
    const graph = await evaluateCMake(files, BUILD);
    expect(graph).toMatchObject({ errors: [], cudaArchs: ['12.0'] });
    expect(targetsOf(graph, 'fp4_mm.cu')).toEqual(['120f']);
    expect(targetsOf(await evaluateCMake(files, { ...BUILD, cuda: '12.9' }), 'fp4_mm.cu')).toEqual(['120a']);
  });

  it('records groups, intersections, assignments and targets, with file and line', async () => {
    const graph = await evaluateCMake(files, BUILD);
    expect(graph.groups).toEqual([
      { file: 'CMakeLists.txt', line: 14, sources: ['src/fp4_quant.cu', 'src/fp4_mm.cu'], archs: ['12.0f'] },
    ]);
    expect(graph.intersections.map(({ line, variable, list }) => [line, variable, list])).toEqual([
      [6, 'CUDA_ARCHS', ['9.0', '12.0']],
      [8, 'FP4_ARCHS', ['12.0f']],
    ]);
    expect(graph.assignments).toContainEqual({
      file: 'CMakeLists.txt',
      line: 5,
      variable: 'SUPPORTED',
      values: ['9.0', '12.0'],
    });
    expect(graph.targets).toEqual([
      {
        name: '_core',
        file: 'CMakeLists.txt',
        line: 17,
        sources: ['src/main.cpp', 'src/fp4_quant.cu', 'src/fp4_mm.cu'],
        flags: ['-DENABLE_FP4=1', '-DENABLE_LATER=1'],
      },
    ]);
    expect(enabled(graph)).toEqual(['FP4', 'LATER']);
  });

  it('reports a fatal error of the project with its place', async () => {
    const { errors } = await evaluateText(
      'set(A 1)\nmessage(FATAL_ERROR "no such\n  compiler")\nset(B 2)',
      BUILD,
    );
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/^CMake Error at CMakeLists\.txt:2 \(message\): no such compiler$/);
  });

  it('reports text that is no CMake', async () => {
    const { errors } = await evaluateText('set(A "1)\n', BUILD);
    expect(errors.length).toBeGreaterThan(0);
  });

  it('reports a tree without a CMakeLists.txt', async () => {
    const { errors, groups } = await evaluateCMake([], BUILD);
    expect(errors.length).toBeGreaterThan(0);
    expect(groups).toEqual([]);
  });

  it('stubs what would touch the outside', async () => {
    const { errors, assignments } = await evaluateText(
      [
        'execute_process(COMMAND nvcc --version OUTPUT_VARIABLE OUT RESULT_VARIABLE RESULT)',
        'find_package(CUDA REQUIRED)',
        'file(GLOB SOURCES "csrc/*.cu" "csrc/*.cpp")',
        'file(MD5 x SUM)',
        'FetchContent_Declare(own GIT_REPOSITORY x)',
        'FetchContent_MakeAvailable(own)',
        'include(FetchContent)',
        'add_subdirectory(sub)',
        'set(SEEN "${OUT}|${RESULT}|${CUDA_FOUND}|${SOURCES}|${SUM}|${own_SOURCE_DIR}")',
      ].join('\n'),
      BUILD,
    );
    expect(errors).toEqual([]);
    expect(assignments.find(({ variable }) => variable === 'SEEN')!.values).toEqual([
      '|0|TRUE|csrc/*.cu',
      'csrc/*.cpp|hash|/own',
    ]);
  });

  it('says file and line of a command that it does not know', async () => {
    const { errors } = await evaluateText('set(A 1)\nvariable_watch(A)\nset(B 2)', BUILD);
    expect(errors).toEqual([
      'CMake Error at CMakeLists.txt:2 (variable_watch): the command variable_watch is not evaluated',
    ]);
    const called = { path: 'cmake/helpers.cmake', text: `${HELPERS}\nsite_name(X)\n` };
    expect((await evaluateCMake([files[0]!, called], BUILD)).errors[0]).toMatch(
      /^CMake Error at cmake\/helpers\.cmake:15 \(site_name\)/,
    );
  });

  it('does not depend on the environment', async () => {
    vi.stubEnv('FROM_OUTSIDE', 'yes');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { assignments } = await evaluateText('set(SEEN "got $ENV{FROM_OUTSIDE}")\n', BUILD);
    expect(assignments.find(({ variable }) => variable === 'SEEN')!.values).toEqual(['got ']);
  });

  it('keeps the bytes of files that are no UTF-8', async () => {
    const { errors, assignments } = await evaluateText(
      '# \xff\xfe \xe4\xb8\xad\nset(A "\xc3\xa9\xff")\n',
      BUILD,
    );
    expect(errors).toEqual([]);
    expect(assignments.at(-1)!.values).toEqual(['\xc3\xa9\xff']);
  });

  it('rejects what is too large to judge', async () => {
    await expect(evaluateText('while(TRUE)\nendwhile()', BUILD)).rejects.toBeInstanceOf(TooLarge);
  });
});

describe('a stranger’s tree', () => {
  const tried = (text: string, ...more: readonly { path: string; text: string }[]) =>
    evaluateCMake([{ path: 'CMakeLists.txt', text: `${text}\nset(REACHED yes)` }, ...more], BUILD);

  it.each([
    '_execute_process(COMMAND sh -c "id > /tmp/x")',
    'cmake_language(CALL _execute_process COMMAND touch /tmp/x)',
    'cmake_language(EVAL CODE "_execute_process(COMMAND touch /tmp/x)")',
    '_exec_program(touch ARGS /tmp/x)',
    '_file(WRITE /tmp/x x)',
    '_configure_file(/etc/passwd /tmp/x COPYONLY)',
    'function(execute_process)\nendfunction()\n__execute_process(COMMAND touch /tmp/x)',
    'macro(file)\nendmacro()\nunset(x)\n__file(READ /etc/passwd A)',
  ])('finds no command behind a stub: %j', async (attempt) => {
    const { errors, assignments } = await tried(attempt);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/Unknown CMake command "_+\w+"\.$/);
    expect(assignments.some(({ variable }) => variable === 'REACHED')).toBe(false);
  });

  it.each([
    'execute_process(COMMAND touch /tmp/x)',
    'file(WRITE /tmp/x x)',
    'try_run(A B /tmp /tmp/x.c)',
    'file(DOWNLOAD http://localhost/ /tmp/x)',
    'include(/etc/passwd)',
  ])('goes on past %j, which does nothing', async (attempt) => {
    const { errors, assignments } = await tried(attempt);
    expect(errors).toEqual([]);
    expect(assignments.some(({ variable }) => variable === 'REACHED')).toBe(true);
  });

  it('has no files but its own', async () => {
    const odd = { path: 'cmake/../../../../etc/passwd.cmake', text: 'set(FOUND yes)' };
    const { errors } = await tried('_include(/etc/hostname)', odd);
    expect(errors[0]).toContain('could not find requested file: /etc/hostname');
    const reading = await tried('file(READ /etc/hostname NAME)\nset(SEEN "<${NAME}>")', odd);
    expect(reading.assignments.find(({ variable }) => variable === 'SEEN')!.values).toEqual(['<>']);
  });
});
