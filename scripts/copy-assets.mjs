// Copies what the compiler does not: the grammars with their sha256, and the CMake driver.
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
mkdirSync('dist/grammars', { recursive: true });
const sums = [];
for (const language of ['cuda', 'cpp', 'python']) {
  const name = `tree-sitter-${language}`;
  const bytes = readFileSync(require.resolve(`${name}/${name}.wasm`));
  const { version } = require(`${name}/package.json`);
  writeFileSync(`dist/grammars/${name}.wasm`, bytes);
  sums.push({ name, version, sha256: createHash('sha256').update(bytes).digest('hex') });
}
writeFileSync('dist/grammars/grammars.json', `${JSON.stringify(sums, null, 2)}\n`);
copyFileSync('src/evaluate/driver.cmake', 'dist/src/evaluate/driver.cmake');
chmodSync('dist/src/cli/main.js', 0o755);
