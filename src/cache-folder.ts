import { homedir } from 'node:os';
import { join } from 'node:path';

/** `$XDG_CACHE_HOME/dgx-patch`, or `~/.cache/dgx-patch`. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'dgx-patch');
}
