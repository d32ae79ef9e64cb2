import { assetText } from '../../assets.js';

/** Parts of the page that are not made here, as text to be put into it. */
export interface PageAssets {
  readonly css: string;
  readonly js: string;
}

export function pageAssets(): PageAssets {
  return {
    css: `${assetText('diff2html/diff2html.min.css')}\n${assetText('src/report/page/page.css')}`,
    js: `${assetText('diff2html/diff2html-ui-slim.min.js')}\n(() => {\n${assetText('src/report/page/page.js')}})();`.replace(
      /<\/(script)/gi,
      '<\\/$1',
    ),
  };
}

const withoutEnd = (script: string): string => script.replace(/<\/(script)/gi, '<\\/$1');

/** Those of the page of a history: the same colours and controls, and no diffs. */
export function historyAssets(): PageAssets {
  return {
    css: `${assetText('src/report/page/page.css')}\n${assetText('src/report/page/history.css')}`,
    js: withoutEnd(`(() => {\n${assetText('src/report/page/history.js')}})();`),
  };
}

/** The colours of the page of a torture run, which has no script. */
export function tortureCss(): string {
  return `${assetText('src/report/page/page.css')}\n${assetText('src/report/page/torture.css')}`;
}
