import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';

/** Of our environment, what git gets: how to find programs, and how to reach the network. */
const KEPT = [
  'PATH',
  'HOME',
  'TMPDIR',
  // As git itself: who became root with sudo still owns their repositories.
  'SUDO_UID',
  'SSH_AUTH_SOCK',
  'https_proxy',
  'http_proxy',
  'no_proxy',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'GIT_SSL_CAINFO',
];

/** Goes before the configuration of any repository: nothing there names a program that git then runs. */
const CONFIG: readonly (readonly [string, string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.sshCommand', 'ssh'],
  ['core.askPass', ''],
  ['core.pager', 'cat'],
  ['credential.helper', ''],
  ['log.showSignature', 'false'],
  ['submodule.recurse', 'false'],
  ['core.autocrlf', 'false'],
  ['core.quotePath', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['advice.detachedHead', 'false'],
  ['commit.gpgSign', 'false'],
  ['i18n.commitEncoding', 'UTF-8'],
];

function keptEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { LC_ALL: 'C' };
  for (const name of KEPT) if (process.env[name] !== undefined) env[name] = process.env[name];
  return env;
}

/** Repositories of others that the user trusts, as they told git (`safe.directory`). */
export function toldToTrust(): readonly string[] {
  const env = { ...keptEnvironment(), XDG_CONFIG_HOME: process.env.XDG_CONFIG_HOME };
  return ['--system', '--global'].flatMap((scope) => {
    try {
      const args = ['config', scope, '--get-all', 'safe.directory'];
      return execFileSync('git', args, { cwd: '/', env, encoding: 'utf8', stdio: 'pipe' }).trim().split('\n');
    } catch {
      return [];
    }
  });
}

/** Git refuses a repository of another user. What the user said about that is asked for only there. */
function trustedOf(dir: string): readonly string[] {
  const own = process.getuid?.();
  const owners = [dir, join(dir, '.git')].map((path) => statSync(path, { throwIfNoEntry: false })?.uid);
  return owners.every((uid) => uid === undefined || uid === own) ? [] : toldToTrust();
}

export interface EnvironmentOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** True for a command that is to reach another repository: all others can reach none. */
  readonly network?: boolean;
  /** More configuration, before the repository's own. */
  readonly config?: readonly (readonly [string, string])[];
}

/**
 * The environment that git runs in for a folder: no configuration of the user or the machine, no prompt, no
 * hooks, no program that the repository names, no transport (and with `network`, those alone that a target
 * may name). What comes out depends on the objects of the repository alone.
 */
export function gitEnvironment(dir: string, options: EnvironmentOptions = {}): NodeJS.ProcessEnv {
  const { env = {}, network = false, config = [] } = options;
  const trusted = trustedOf(dir).map((path) => ['safe.directory', path] as const);
  const all = [
    ...CONFIG,
    ...(network ? [] : ([['protocol.allow', 'never']] as const)),
    ...trusted,
    ...config,
  ];
  const numbered = all.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return {
    ...keptEnvironment(),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    // A partial repository fetches what it lacks when that is read: not by us, and not with its commands.
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: network ? 'https:ssh:git:file' : '',
    GIT_CONFIG_COUNT: String(all.length),
    ...Object.fromEntries(numbered),
    ...env,
  };
}
