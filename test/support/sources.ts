import { dirname, join, relative } from 'node:path';
import { type ImportDeclaration, Project, type SourceFile } from 'ts-morph';

export const ROOT = new URL('../../', import.meta.url).pathname;

/** The product's sources, parsed by ts-morph. */
export function readSources(): Project {
  const project = new Project({ compilerOptions: { allowJs: false }, skipAddingFilesFromTsConfig: true });
  project.addSourceFilesAtPaths([join(ROOT, 'src/**/*.ts'), join(ROOT, 'codemods/**/*.ts')]);
  return project;
}

export const pathOf = (file: SourceFile): string => relative(ROOT, file.getFilePath());

/** True where nothing of the import is left when the types are gone. */
function isTypeOnly(declaration: ImportDeclaration): boolean {
  if (declaration.isTypeOnly()) return true;
  const names = declaration.getNamedImports();
  return !declaration.getDefaultImport() && names.length > 0 && names.every((name) => name.isTypeOnly());
}

/** What a file imports at run time, or with its types: paths of the product's files, and names of modules. */
export function importsOf(
  file: SourceFile,
  types = false,
): {
  readonly files: readonly string[];
  readonly modules: readonly string[];
} {
  const specifiers = [
    ...file.getImportDeclarations().filter((declaration) => types || !isTypeOnly(declaration)),
    ...file
      .getExportDeclarations()
      .filter((declaration) => declaration.getModuleSpecifier() && (types || !declaration.isTypeOnly())),
  ].map((declaration) => declaration.getModuleSpecifierValue()!);
  const inside = (specifier: string) => specifier.startsWith('.');
  return {
    files: specifiers
      .filter(inside)
      .map((specifier) => join(dirname(pathOf(file)), specifier.replace(/\.js$/, '.ts'))),
    modules: specifiers.filter((specifier) => !inside(specifier)),
  };
}
