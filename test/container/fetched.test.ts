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
  { path: 'cmake/bare.cmake', text: 'FetchContent_Declare(bare GIT_REPOSITORY https://example.com/b)\n' },
];

describe('what the CMake fetches while it builds', () => {
  it('is listed by name, with what may move and what names a folder instead', () => {
    expect(fetchedSources(FILES)).toEqual([
      { name: 'bare', url: 'https://example.com/b', revision: 'HEAD', fixed: false, instead: null },
      {
        name: 'mini',
        url: 'https://example.com/mini.git',
        revision: 'v4.4.2',
        fixed: false,
        instead: 'MINI_SRC_DIR',
      },
      { name: 'other', url: 'https://example.com/other', revision: COMMIT, fixed: true, instead: null },
    ]);
  });
});
