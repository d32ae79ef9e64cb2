import { mirrors } from '../support/mirrors.js';

/** Says what is left out before anything else is said. */
export default function setup(): void {
  if (mirrors.size > 0) return;
  process.stderr.write(
    'test:upstream: SKIPPED, nothing was checked: DGX_PATCH_MIRRORS is not set\n' +
      '  next: DGX_PATCH_MIRRORS="vllm=/srv/git/vllm.git" npm run test:upstream\n',
  );
}
