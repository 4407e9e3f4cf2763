import { resolve } from 'node:path';
import { type Finished, type RunningProcess, runProgram, startProcess } from '@gakumon/testkit';

const bin = resolve(import.meta.dirname, '../../../../../bin/gakumon.mjs');
const env = { GAKUMON_CONFIG: undefined, GAKUMON_PORT: undefined, npm_lifecycle_event: undefined };

/** The command in a folder, as an operator there types it. */
export function gakumonIn(cwd: string): (...args: string[]) => Promise<Finished> {
  return (...args) => runProgram(process.execPath, [bin, ...args], { cwd, env });
}

/** The same, in a new installation of its own. */
export async function install(
  folder: string,
  base = 'http://localhost:8080',
): Promise<(...args: string[]) => Promise<Finished>> {
  const gakumon = gakumonIn(folder);
  const flags = ['--base-url', base, '--scope', 'example.ac.jp', '--org-ja', '大学', '--org-en', 'U'];
  const { code, stderr } = await gakumon('init', ...flags);
  if (code !== 0) throw new Error(stderr);
  return gakumon;
}

/** A server of an installation, when it answers. */
export async function serveIn(cwd: string): Promise<RunningProcess> {
  const server = startProcess(process.execPath, [bin, 'serve'], { cwd, env });
  await server.waitFor(/^ready http:/);
  return server;
}
