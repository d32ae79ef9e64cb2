// Bundles the built command line: start-up is most of a short run, and a few files load faster than
// hundreds. Modules find their assets by their own place, so `import.meta.url` keeps naming it.
import { chmodSync, rmSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { rolldown } from 'rolldown';

const OUT = resolve('dist/bin');
const DIST = resolve('dist') + sep;

const keepPlaces = {
  name: 'keep-places',
  transform(code, id) {
    if (!id.startsWith(DIST) || !code.includes('import.meta.url')) return null;
    const place = relative(OUT, dirname(id)).split(sep).join('/');
    return code.replaceAll('import.meta.url', `new URL('${place}/', import.meta.url).href`);
  },
};

rmSync(OUT, { recursive: true, force: true });
const bundle = await rolldown({
  input: { 'dgx-patch': 'dist/src/cli/main.js' },
  platform: 'node',
  plugins: [keepPlaces],
  logLevel: 'warn',
  // web-tree-sitter's, for macros that it does not have.
  checks: { eval: false },
});
await bundle.write({ dir: OUT, format: 'esm', chunkFileNames: '[name].js' });
chmodSync(`${OUT}/dgx-patch.js`, 0o755);
