// Starts a fix: npm run new -- vllm/my-fix "What it makes right"
// Writes its folder, README and first fixture, and registers it. What is left to do, the tests say:
// npx vitest run test/codemods
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IndentationText, Project, QuoteKind, SyntaxKind } from 'ts-morph';

const ID = /^(vllm|flashinfer|cutlass)\/[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** `vllm/my-fix` → `vllmMyFix`, the name that the registry imports it by. */
const importName = (id) => id.replace(/[/-]([a-z0-9])/g, (_match, letter) => letter.toUpperCase());

const codemod = (id, title) => `/**
 * ${title}.
 *
 * Shapes:
 *  S1  first – last release   what stands there, and whether it is right
 */
import { defineCodemod, type Edit, type Site, search } from '../../../src/api.js';

const ID = '${id}';

/** Where the thing is, by path and by content. Then judge it by syntax: context.parse(file, 'cuda'). */
const PATHS = /^csrc\\/.*\\.cuh?$/;
const CONTENT = /${importName(id)}/;

export default defineCodemod<Site>({
  id: ID,
  project: '${id.split('/')[0]}',
  title: '${title}',
  why: 'What breaks without it, and for whom.',
  references: [],
  retire: 'when no pin is older than the release that has it right',

  async judge(context) {
    const files = await search(context, PATHS, CONTENT);
    // Nothing is recognised yet, so everything is drifted: a judge never guesses.
    const sites = files.map(
      (file): Site => ({
        file,
        offset: file.text.search(CONTENT),
        state: 'unknown',
        what: 'not judged yet',
      }),
    );
    return {
      sites,
      absent: 'this revision does not have it',
      reason: { wrong: 'it is not as it must be', right: 'it is as it must be' },
    };
  },

  rewrite(): Edit[] {
    // Mark each site once: markAbove, markBehind or inlineMark of src/api.js; isOurs finds the mark again.
    return [];
  },
});
`;

const readme = (id) => `# ${id}

**What breaks.** What goes wrong without the fix, in the words that an error message has.

**For whom.** Which builds, releases and models.

\`\`\`diff
-as it is
+as it must be  // dgx-patch: ${id}
\`\`\`

**Upstream.** Commits and pull requests that brought it and that mend it.

**Retire** when no pin is older than the release that has it right.
`;

const firstCase = { shows: 'a revision that does not have it', verdict: 'not-applicable', sites: 0 };

const STYLE = {
  indentationText: IndentationText.TwoSpaces,
  quoteKind: QuoteKind.Single,
  useTrailingCommas: true,
};

/** Adds the import, in order, and the entry, at the end: fixes are applied in the order of the list. */
function register(root, id) {
  const project = new Project({ manipulationSettings: STYLE });
  const file = project.addSourceFileAtPath(join(root, 'codemods/registry.ts'));
  const moduleSpecifier = `./${id}/codemod.js`;
  const imports = file.getImportDeclarations();
  const later = imports.findIndex(
    (own) => own.getDefaultImport() && own.getModuleSpecifierValue() > moduleSpecifier,
  );
  file.insertImportDeclaration(later < 0 ? imports.length : later, {
    defaultImport: importName(id),
    moduleSpecifier,
  });
  file
    .getVariableDeclarationOrThrow('CODEMODS')
    .getInitializerIfKindOrThrow(SyntaxKind.ArrayLiteralExpression)
    .addElement(importName(id), { useNewLines: true });
  file.saveSync();
}

/** Writes the skeleton of a fix below `root`. Throws where the id or the title will not do. */
export function scaffold(root, id, title) {
  if (!ID.test(id ?? '')) throw new Error(`${JSON.stringify(id)} is not an id such as vllm/my-fix`);
  if (!/^[^'\\\n*]{10,90}$/.test(title ?? ''))
    throw new Error('the title is one line of 10 to 90 characters');
  const folder = join(root, 'codemods', id);
  if (existsSync(folder)) throw new Error(`${folder} is there already`);
  const files = {
    [join(folder, 'codemod.ts')]: codemod(id, title),
    [join(folder, 'README.md')]: readme(id),
    [join(root, 'fixtures', id, 'not-there/case.json')]: `${JSON.stringify(firstCase, null, 2)}\n`,
    [join(root, 'fixtures', id, 'not-there/before/csrc/other.cu')]:
      '// A miniature without the thing.\nvoid other();\n',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  register(root, id);
  return Object.keys(files);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    for (const path of scaffold('.', process.argv[2], process.argv[3])) console.log(path);
    console.log('codemods/registry.ts\nnext: npx vitest run test/codemods');
  } catch (error) {
    console.error(
      `new-codemod: ${error instanceof Error ? error.message : error}\n  usage: npm run new -- <project>/<name> "<title>"`,
    );
    process.exitCode = 2;
  }
}
