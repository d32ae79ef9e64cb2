// Copies what the compiler does not: the grammars with their sha256, an image's scripts.
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

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
copyFileSync(require.resolve('web-tree-sitter/web-tree-sitter.wasm'), 'dist/grammars/web-tree-sitter.wasm');
writeFileSync('dist/grammars/grammars.json', `${JSON.stringify(sums, null, 2)}\n`);
cpSync('src/container/image', 'dist/src/container/image', { recursive: true });

// What the rungs of verify compile and run.
for (const name of ['numerics', 'compile', 'gpu', 'python', 'triton']) {
  const filter = (path) => !path.endsWith('.ts') && !path.includes('__pycache__');
  cpSync(`src/verify/${name}`, `dist/src/verify/${name}`, { recursive: true, filter });
}

// The HTML report: its own style and script, and diff2html's bundle with its licence.
for (const name of ['page.css', 'page.js', 'history.css', 'history.js', 'torture.css'])
  copyFileSync(`src/report/page/${name}`, `dist/src/report/page/${name}`);
mkdirSync('dist/diff2html', { recursive: true });
const diff2html = dirname(require.resolve('diff2html/package.json'));
for (const path of ['bundles/css/diff2html.min.css', 'bundles/js/diff2html-ui-slim.min.js', 'LICENSE.md']) {
  copyFileSync(join(diff2html, path), `dist/diff2html/${basename(path)}`);
}

// What verdicts depend on beside the tree and the build: a cached verdict of other code is never used.
const JUDGING = [
  'codemods',
  'grammars',
  ...['source', 'syntax', 'patch', 'tree', 'evaluate', 'codemod', 'judge'].map((room) => `src/${room}`),
];
const code = createHash('sha256');
for (const folder of JUDGING) {
  for (const name of readdirSync(`dist/${folder}`, { recursive: true, encoding: 'utf8' }).sort()) {
    if (/\.(?:js|wasm|cmake)$/.test(name))
      code.update(`${folder}/${name}\0`).update(readFileSync(`dist/${folder}/${name}`));
  }
}
writeFileSync('dist/code-digest', `${code.digest('hex').slice(0, 32)}\n`);
