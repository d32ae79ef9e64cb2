import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Parts of the page that are not made here, as text to be put into it. */
export interface PageAssets {
  readonly css: string;
  readonly js: string;
}

/** diff2html's bundle: beside the built package, or in the development packages when the sources run. */
function bundle(kind: 'js' | 'css', name: string): string {
  const built = new URL(`../../../diff2html/${name}`, import.meta.url);
  const path = existsSync(built)
    ? built
    : createRequire(import.meta.url).resolve(`diff2html/bundles/${kind}/${name}`);
  return readFileSync(path, 'utf8');
}

const own = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

export function pageAssets(): PageAssets {
  return {
    css: `${bundle('css', 'diff2html.min.css')}\n${own('./page.css')}`,
    js: `${bundle('js', 'diff2html-ui-slim.min.js')}\n(() => {\n${own('./page.js')}})();`.replace(
      /<\/(script)/gi,
      '<\\/$1',
    ),
  };
}
