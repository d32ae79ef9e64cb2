import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { gitIn } from './git.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A repository of the miniature vLLM tree: copy it, do not change it. */
    miniRepository: { readonly dir: string; readonly commit: string };
  }
}

const MINI = new URL('../../fixtures/trees/mini-vllm', import.meta.url).pathname;

export default function setup(project: TestProject): () => void {
  const dir = mkdtempSync(join(tmpdir(), 'dgx-patch-mini-'));
  cpSync(MINI, dir, { recursive: true });
  gitIn(dir, 'init', '--quiet', '--initial-branch=main');
  gitIn(dir, 'add', '--all');
  gitIn(dir, 'commit', '--quiet', '--message', 'A miniature of vLLM');
  gitIn(dir, 'tag', 'mini');
  project.provide('miniRepository', { dir, commit: gitIn(dir, 'rev-parse', 'HEAD') });
  return () => rmSync(dir, { recursive: true, force: true });
}
