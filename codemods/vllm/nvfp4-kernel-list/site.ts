import type { Edit, Site } from '../../../src/api.js';

export const ID = 'vllm/nvfp4-kernel-list';

export interface ListSite extends Site {
  readonly kind: 'source' | 'flag' | 'entry';
  readonly edit?: Edit;
}
