import { describe, expect, it } from 'vitest';
import { fetchedSources } from '../../src/container/fetched.js';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const FILES = [
  {
    path: 'CMakeLists.txt',
    text: `set(MINI_REVISION "v4.4.2")
if(DEFINED ENV{MINI_SRC_DIR})
  FetchContent_Declare(mini SOURCE_DIR \${MINI_SRC_DIR})
else()
  FetchContent_Declare(mini GIT_REPOSITORY https://example.com/mini.git GIT_TAG \${MINI_REVISION})
endif()
`,
  },
  {
    path: 'cmake/external_projects/other.cmake',
    text: `fetchcontent_declare(
  other # a comment
  GIT_REPOSITORY https://example.com/other
  GIT_TAG ${COMMIT}
)
`,
  },
  {
    path: 'cmake/cpu_extension.cmake',
    text: 'FetchContent_Declare(dnn GIT_REPOSITORY https://example.com/d GIT_TAG v1)\n',
  },
  { path: 'cmake/broken.cmake', text: 'set(' },
  {
    path: 'cmake/external_projects/devices.cmake',
    text: `if(VLLM_TARGET_DEVICE STREQUAL "rocm")
  set(REPO "https://example.com/theirs.git")
  set(TAG "${COMMIT}")
else()
  set(REPO "https://example.com/ours.git")
  set(TAG "v1")
endif()
FetchContent_Declare(devices GIT_REPOSITORY \${REPO} GIT_TAG \${TAG} SOURCE_SUBDIR python/x)
`,
  },
  {
    path: 'cmake/external_projects/populated.cmake',
    text: `if(DEFINED ENV{POPULATED_SRC_DIR})
  set(POPULATED_SRC_DIR $ENV{POPULATED_SRC_DIR})
endif()
if(POPULATED_SRC_DIR)
  set(populated_SOURCE_DIR "\${POPULATED_SRC_DIR}")
else()
  set(_SRC "\${CMAKE_BINARY_DIR}/src")
  set(populated_SOURCE_DIR "\${_SRC}")
  FetchContent_Populate(populated SOURCE_DIR "\${_SRC}" GIT_REPOSITORY https://example.com/p.git GIT_TAG "${COMMIT}")
endif()
FetchContent_Populate(other)
`,
  },
  { path: 'cmake/bare.cmake', text: 'FetchContent_Declare(bare GIT_REPOSITORY https://example.com/b)\n' },
];

describe('what the CMake fetches while it builds', () => {
  it('is listed by name, with what may move and what names a folder instead', () => {
    expect(fetchedSources(FILES)).toEqual([
      {
        name: 'bare',
        url: 'https://example.com/b',
        revision: 'HEAD',
        fixed: false,
        instead: null,
        part: null,
      },
      {
        name: 'devices',
        url: 'https://example.com/ours.git',
        revision: 'v1',
        fixed: false,
        instead: null,
        part: 'python/x',
      },
      {
        name: 'mini',
        url: 'https://example.com/mini.git',
        revision: 'v4.4.2',
        fixed: false,
        instead: 'MINI_SRC_DIR',
        part: null,
      },
      {
        name: 'other',
        url: 'https://example.com/other',
        revision: COMMIT,
        fixed: true,
        instead: null,
        part: null,
      },
      {
        name: 'populated',
        url: 'https://example.com/p.git',
        revision: COMMIT,
        fixed: true,
        instead: 'POPULATED_SRC_DIR',
        part: null,
      },
    ]);
  });
});
