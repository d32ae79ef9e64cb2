// One file: Node's binary with the bundled command line and its assets inside (a single-executable application).
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'postject';
import { rolldown } from 'rolldown';
import { assetsOf } from './assets.mjs';

/** Babel, for own fixes in TypeScript: two thirds of the code, and read by those runs alone that need it. */
const BABEL = 'jiti/babel.cjs';
const babelApart = {
  name: 'babel-apart',
  load(id) {
    if (!id.endsWith('/jiti/dist/babel.cjs')) return null;
    return `const { getAsset } = require('node:sea');
const { compileFunction } = require('node:vm');
let babel;
module.exports = (...given) => {
  if (!babel) {
    const module = { exports: {} };
    compileFunction(getAsset('${BABEL}', 'utf8'), ['module', 'exports', 'require'])(module, module.exports, require);
    babel = module.exports;
  }
  return babel(...given);
};`;
  },
};

/** The whole command line as one CommonJS file: what single executables start. */
async function bundleInto(file) {
  const bundle = await rolldown({
    input: 'dist/src/cli/main.js',
    platform: 'node',
    logLevel: 'warn',
    checks: { eval: false },
    plugins: [babelApart],
  });
  await bundle.write({ file, format: 'cjs', codeSplitting: false, minify: { mangle: false } });
}

/**
 * The part that is the same on every platform: without a snapshot and without cached code it holds nothing of
 * the machine. Made by the Node version that it will run in.
 */
export async function makeBlob(node, folder) {
  const main = join(folder, 'main.cjs');
  await bundleInto(main);
  const output = join(folder, 'blob');
  const config = {
    main,
    output,
    assets: { ...(await assetsOf(folder)), [BABEL]: 'node_modules/jiti/dist/babel.cjs' },
    disableExperimentalSEAWarning: true,
    useCodeCache: false,
    useSnapshot: false,
    // The file is the tool and not Node: NODE_OPTIONS of another program change nothing in it.
    execArgvExtension: 'none',
  };
  writeFileSync(join(folder, 'sea.json'), JSON.stringify(config));
  execFileSync(node, ['--experimental-sea-config', join(folder, 'sea.json')], { stdio: 'pipe' });
  return readFileSync(output);
}

/** Puts the blob into a copy of Node's binary. */
export async function injectBlob(executable, blob) {
  chmodSync(executable, 0o755);
  // LIEF, below it, warns of names of notes that `strip` left without one; nothing reads them.
  const { warn } = console;
  console.warn = () => {};
  await inject(executable, 'NODE_SEA_BLOB', blob, {
    sentinelFuse: 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
  });
  console.warn = warn;
}
