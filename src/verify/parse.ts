import type { SourceFile } from '../source/file.js';
import { lineNumber } from '../source/text.js';
import { CMakeSyntaxError, readCMake } from '../syntax/cmake.js';
import type { Language, Node } from '../syntax/document.js';
import { Documents } from '../syntax/parser.js';
import { type Check, NotRun, type Rung } from './rung.js';

function languageOf(path: string): Language | 'cmake' | undefined {
  if (/\.(?:cu|cuh|h|hpp|inl|cpp|cc)$/.test(path)) return 'cuda';
  if (path.endsWith('.py')) return 'python';
  if (/(?:^|\/)CMakeLists\.txt$|\.cmake$/.test(path)) return 'cmake';
  return undefined;
}

/** Every ERROR and MISSING node's text, in source order. */
function flaws(node: Node, text: string, found: { offset: number; what: string }[] = []): typeof found {
  if (node.isError || node.isMissing) {
    const shown = text.slice(node.startIndex, node.endIndex).split('\n')[0]!.trim().slice(0, 60);
    found.push({ offset: node.startIndex, what: node.isMissing ? `missing ${node.type}` : shown });
  }
  if (node.hasError) for (const child of node.children) if (child) flaws(child, text, found);
  return found;
}

async function flawsOf(
  file: SourceFile,
  documents: Documents,
): Promise<ReturnType<typeof flaws> | undefined> {
  const language = languageOf(file.path);
  if (language === undefined) return undefined;
  if (language !== 'cmake') return flaws((await documents.parse(file, language)).root, file.text);
  try {
    readCMake(file.text);
    return [];
  } catch (error) {
    if (!(error instanceof CMakeSyntaxError)) throw error;
    return [{ offset: 0, what: error.message }];
  }
}

/** No edited file has a parse error more than it had: many upstream CUDA files never parse cleanly. */
export const parse: Rung = async ({ edited, tree, base }) => {
  if (edited.length === 0) return new NotRun('no file is edited');
  const documents = new Documents();
  try {
    const checks: Check[] = [];
    for (const path of edited) {
      const after = await tree.read(path);
      const before = await base?.read(path);
      const now = after && (await flawsOf(after, documents));
      if (!after) checks.push({ what: path, state: 'failed', detail: 'the file is not there any more' });
      else if (!now) checks.push({ what: path, state: 'not run', detail: 'no grammar reads it' });
      else {
        const then = before ? ((await flawsOf(before, documents)) ?? []) : [];
        const known = new Set(then.map(({ what }) => what));
        const first = now.find(({ what }) => !known.has(what)) ?? now[0];
        const worse = now.length > then.length;
        const where =
          worse && first
            ? `a parse error at line ${lineNumber(after.text, first.offset)} that was not there: ${first.what}`
            : undefined;
        checks.push({
          what: path,
          state: worse ? 'failed' : 'passed',
          ...(where === undefined ? {} : { detail: where }),
        });
      }
    }
    return checks;
  } finally {
    documents.dispose();
  }
};
