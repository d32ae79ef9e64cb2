import { runProcess } from '../container/process.js';
import type { Finding } from './finding.js';

/** The first driver that runs CUDA 13. */
const DRIVER = 580;

const QUERY = ['nvidia-smi', '--query-gpu=name,compute_cap,driver_version', '--format=csv,noheader'];

/** Runs programs; a test gives another one. */
export type Run = (argv: readonly string[]) => Promise<{ code: number; stdout: string; stderr: string }>;

/** Is there a GB10, and a driver that runs CUDA 13? */
export async function checkGpu(run: Run = runProcess): Promise<Finding> {
  const check = 'gpu';
  const { code, stdout, stderr } = await run(QUERY);
  if (code === 127) {
    const cause = 'nvidia-smi is not here: no GPU is seen, and nothing can be served on this machine';
    return { check, state: 'unknown', cause, evidence: [], next: 'on a Spark: its driver comes with DGX OS' };
  }
  const said = `${stdout}${stderr}`.trim().split('\n')[0] ?? '';
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(',').map((field) => field.trim()))
    .filter((fields) => fields.length === 3) as [string, string, string][];
  if (code !== 0 || rows.length === 0) {
    const next = 'reboot after a driver update; then: nvidia-smi';
    return { check, state: 'wrong', cause: 'the driver does not answer', evidence: [said], next };
  }
  const evidence = rows.map(
    ([name, capability, driver]) => `${name}, capability ${capability}, driver ${driver}`,
  );
  const foreign = rows.filter(([, capability]) => capability !== '12.1');
  if (foreign.length > 0) {
    const cause = `this is no GB10: its capability is ${foreign[0]![1]}, and the fixes are for 12.1`;
    return { check, state: 'wrong', cause, evidence };
  }
  if (rows.some(([, , driver]) => Number.parseInt(driver, 10) < DRIVER)) {
    const cause = `the driver is older than ${DRIVER}: it does not run CUDA 13`;
    return {
      check,
      state: 'wrong',
      cause,
      evidence,
      next: 'sudo apt-get update && sudo apt-get dist-upgrade',
    };
  }
  return { check, state: 'ok', cause: `${rows[0]![0]}, driver ${rows[0]![2]}`, evidence };
}

/** Can a container see the GPU? */
export async function checkContainerToolkit(run: Run = runProcess): Promise<Finding> {
  const check = 'container-toolkit';
  const engines: string[] = [];
  for (const engine of ['docker', 'podman']) {
    if ((await run([engine, '--version'])).code === 0) engines.push(engine);
  }
  if (engines.length === 0) {
    const cause = 'neither docker nor podman is here: no image can be run';
    return { check, state: 'unknown', cause, evidence: [], next: 'sudo apt-get install docker.io' };
  }
  const { code, stdout } = await run(['nvidia-ctk', '--version']);
  const evidence = [`${engines.join(', ')}; ${stdout.trim().split('\n')[0] || 'nvidia-ctk is not here'}`];
  if (code === 0) return { check, state: 'ok', cause: 'the NVIDIA Container Toolkit is installed', evidence };
  return {
    check,
    state: 'wrong',
    cause: 'the NVIDIA Container Toolkit is not installed: a container sees no GPU',
    evidence,
    next: 'sudo apt-get install nvidia-container-toolkit && sudo nvidia-ctk runtime configure --runtime=docker',
  };
}
