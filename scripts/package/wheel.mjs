// A platform wheel: the executable as a script of a Python package, for `pip install` and `uv tool install`.
import { createHash } from 'node:crypto';
import { zip } from './zip.mjs';

const INIT = (version) => `"""The command dgx-patch, as an executable of this environment."""

__version__ = "${version}"
`;

const MAIN = `"""Runs dgx-patch: python -m dgx_patch."""

import os
import sys
import sysconfig


def main() -> None:
    schemes = [sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user")]
    for scheme in schemes:
        program = os.path.join(sysconfig.get_path("scripts", scheme), "dgx-patch")
        if os.path.isfile(program):
            os.execv(program, [program, *sys.argv[1:]])
    sys.exit("dgx_patch: the executable dgx-patch is not where this Python keeps its scripts")


if __name__ == "__main__":
    main()
`;

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('base64url');

function metadata({ version, description, homepage }) {
  return [
    'Metadata-Version: 2.4',
    'Name: dgx-patch',
    `Version: ${version}`,
    `Summary: ${description}`,
    `Project-URL: Homepage, ${homepage}`,
    'License-Expression: Apache-2.0',
    'License-File: LICENSE',
    'License-File: THIRD-PARTY-NOTICES',
    'Requires-Python: >=3.10',
    '',
  ].join('\n');
}

/**
 * @param about `{ version, description, homepage }` of the package.
 * @param tag the platform's, for example `manylinux_2_28_aarch64`.
 * @param executable its bytes. @param notices the texts of the licences, by file name.
 * @returns the file's name and its bytes.
 */
export function wheel(about, tag, executable, notices) {
  const name = `dgx_patch-${about.version}`;
  const info = `${name}.dist-info`;
  const entries = [
    { name: 'dgx_patch/__init__.py', bytes: INIT(about.version) },
    { name: 'dgx_patch/__main__.py', bytes: MAIN },
    { name: `${name}.data/scripts/dgx-patch`, bytes: executable, mode: 0o755 },
    ...Object.entries(notices).map(([file, bytes]) => ({ name: `${info}/licenses/${file}`, bytes })),
    { name: `${info}/METADATA`, bytes: metadata(about) },
    {
      name: `${info}/WHEEL`,
      bytes: `Wheel-Version: 1.0\nGenerator: dgx-patch\nRoot-Is-Purelib: false\nTag: py3-none-${tag}\n`,
    },
  ].map((entry) => ({ ...entry, bytes: Buffer.from(entry.bytes) }));
  const record = `${info}/RECORD`;
  const lines = entries.map(({ name: path, bytes }) => `${path},sha256=${sha256(bytes)},${bytes.length}\n`);
  entries.push({ name: record, bytes: Buffer.from(`${lines.join('')}${record},,\n`) });
  return { file: `${name}-py3-none-${tag}.whl`, bytes: zip(entries) };
}
