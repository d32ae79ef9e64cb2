/**
 * The floors of the house, from the ground up: a room imports from its own floor and from those below, never
 * from above. docs/architecture.md says what each room is for.
 */
export const FLOORS: readonly (readonly string[])[] = [
  ['source', 'assets.ts', 'cache-folder.ts', 'failure.ts', 'packed.ts'],
  ['syntax', 'patch', 'tree'],
  ['evaluate', 'binary'],
  ['codemod'],
  ['api.ts'],
  ['codemods'],
  ['fixes', 'judge', 'pins', 'revision'],
  ['apply', 'recipes', 'installed'],
  ['history', 'verify', 'author'],
  ['upkeep'],
  ['report', 'container'],
  ['export', 'github', 'smoke', 'doctor', 'schema', 'image'],
  ['cli'],
];
