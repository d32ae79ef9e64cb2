import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

function onPath(name: string): string | undefined {
  try {
    return execFileSync('which', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

/** A Chromium to test the page in: CHROMIUM, or what is installed. */
export const chromium: string | undefined = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  onPath('chromium'),
  onPath('google-chrome'),
].find((path) => path !== undefined && existsSync(path));
