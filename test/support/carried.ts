import { changeOfCommit } from '../../src/author/carry/from-commit.js';
import { type FileOutcome, onTree } from '../../src/patch/on-tree.js';
import type { SourceTree } from '../../src/source/tree.js';
import { Documents } from '../../src/syntax/parser.js';
import { repositoryWith } from './mirrors.js';

/** A commit of vLLM's mirrors on a tree. Its history is looked up only where it could decide something. */
export async function commitOn(tree: SourceTree, commit: string): Promise<FileOutcome[]> {
  const { dir, reader } = await repositoryWith('vllm', commit);
  try {
    const plain = await merged(tree, await changeOfCommit(dir, reader, commit, false));
    if (!plain.some(({ state, places }) => state === 'unknown' && places.length > 0)) return plain;
    return await merged(tree, await changeOfCommit(dir, reader, commit));
  } finally {
    reader.close();
  }
}

async function merged(tree: SourceTree, change: Parameters<typeof onTree>[0]): Promise<FileOutcome[]> {
  const documents = new Documents();
  try {
    return await onTree(change, tree, (file, language) => documents.parse(file, language));
  } finally {
    documents.dispose();
  }
}
