import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { evaluateCMake } from '../../../src/evaluate/evaluate.js';
import { evaluateWithCMake } from '../../../src/verify/cmake/real.js';
import { hasCMake } from '../../support/cmake-real.js';
import { BUILD } from '../../support/memory.js';
import { tempFolder } from '../../support/temp.js';

const PROJECT = `cmake_minimum_required(VERSION 3.26)
include(\${CMAKE_CURRENT_LIST_DIR}/cmake/utils.cmake)
find_package(CUDA REQUIRED)
intersect(ARCHS "9.0;12.0f" "12.1a")
if(CUDA_VERSION VERSION_GREATER_EQUAL 13.0)
  cuda_archs_loose_intersection(FP4_ARCHS "12.0f" "\${ARCHS}")
endif()
file(GLOB SOURCES "csrc/*.cu")
set_gencode_flags_for_srcs(SRCS "\${SOURCES}" CUDA_ARCHS "\${ARCHS}")
define_extension_target(_C SOURCES \${SOURCES} "\${CMAKE_CURRENT_SOURCE_DIR}/x.cpp" COMPILE_FLAGS -DENABLE_A=1)
target_compile_definitions(_C PRIVATE -DENABLE_B=1)
`;
const UTILS = `macro(intersect OUT LIST)
  set(\${OUT} "")
  foreach(own \${LIST} \${ARGN})
    string(REGEX REPLACE "^([0-9]+)\\\\.([0-9])" "\\\\1\\\\2" bare "\${own}")
    list(APPEND \${OUT} \${own}-\${bare})
  endforeach()
endmacro()
function(cuda_archs_loose_intersection OUT)
  set(\${OUT} "\${ARGN}" PARENT_SCOPE)
endfunction()
function(set_gencode_flags_for_srcs)
endfunction()
function(define_extension_target)
endfunction()
`;

const files = [
  { path: 'CMakeLists.txt', text: PROJECT },
  { path: 'cmake/utils.cmake', text: UTILS },
];

describe.skipIf(!hasCMake)(`the real cmake${hasCMake ? '' : ' (skipped: it is not on this machine)'}`, () => {
  it.each([
    ['a project', files],
    [
      'a fatal error',
      [{ path: 'CMakeLists.txt', text: 'set(A 1)\nmessage(FATAL_ERROR "no such\n  compiler")\nset(B 2)' }],
    ],
    [
      'an error in a file',
      [
        { path: 'CMakeLists.txt', text: 'include(cmake/a.cmake)' },
        { path: 'cmake/a.cmake', text: '\nfoo(1)' },
      ],
    ],
    ['text that is no UTF-8', [{ path: 'CMakeLists.txt', text: 'set(A "\xc3\xa9")' }]],
    [
      'evaluated text',
      [
        {
          path: 'CMakeLists.txt',
          text: `cmake_language(EVAL CODE "set(A b)")\ncmake_language(CALL set B "\${A}")`,
        },
      ],
    ],
  ])('sees %s as it is evaluated in the process', async (_what, own) => {
    expect(await evaluateWithCMake(own, BUILD)).toEqual(await evaluateCMake(own, BUILD));
  });

  it('agrees that a tree without a CMakeLists.txt is none', async () => {
    for (const evaluate of [evaluateCMake, evaluateWithCMake]) {
      expect(await evaluate([], BUILD)).toMatchObject({ groups: [], errors: [expect.any(String)] });
    }
  });

  it('leaves nothing behind', async () => {
    const own = tempFolder();
    vi.stubEnv('TMPDIR', own);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(tmpdir()).toBe(own);
    await evaluateWithCMake(files, BUILD);
    expect(readdirSync(own)).toEqual([]);
  });

  it('writes no file that leaves the tree', async () => {
    const folder = tempFolder();
    const path = `cmake/${'../'.repeat(20)}${folder.slice(1)}/x.cmake`;
    await expect(evaluateWithCMake([{ path, text: 'set(A 1)' }], BUILD)).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(existsSync(join(folder, 'x.cmake'))).toBe(false);
  });
});

it('is not needed', async () => {
  vi.stubEnv('PATH', '/nowhere');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await evaluateWithCMake(files, BUILD)).toBeUndefined();
  expect((await evaluateCMake(files, BUILD)).errors).toEqual([]);
});
