import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram, freePort, type RunningProcess, startProcess, temporaryFolder } from '@gakumon/testkit';

export const balancerPrograms: readonly string[] = ['haproxy'];

const deploy = join(import.meta.dirname, '../../../../../deploy');

/** A file that we give to operators, as it is. */
export const readDeployFile = (name: string): Promise<string> => readFile(join(deploy, name), 'utf8');

export type Balancer = { readonly baseUrl: string; readonly process: RunningProcess };

/**
 * Runs the HAProxy of `deploy/haproxy.cfg` on loopback: the addresses are others, and there is no TLS; all else is as it
 * is given to operators.
 * @param port where it listens, on 127.0.0.1
 */
export async function startBalancer(port: number, nodePorts: readonly [number, number]): Promise<Balancer> {
  const folder = await temporaryFolder();
  const config = (await readDeployFile('haproxy.cfg'))
    .replace(/bind :443 .*/, `bind 127.0.0.1:${port}`)
    .replace(/bind :80\b.*/, `bind 127.0.0.1:${await freePort()}`)
    .replaceAll(/192\.0\.2\.1([12]):8080/g, (_address, node) => `127.0.0.1:${nodePorts[node === '1' ? 0 : 1]}`)
    .replaceAll('/etc/haproxy/', `${deploy}/`)
    .replace(/^ *(?:user haproxy|group haproxy|maxconn .*)$/gm, '')
    .replace('log /dev/log local0', 'log stdout format raw daemon');
  const file = join(folder, 'haproxy.cfg');
  await writeFile(file, config);
  const process = startProcess(findProgram('haproxy') ?? '', ['-W', '-db', '-f', file]);
  await process.waitFor(/Loading success|New worker .* forked/);
  return { baseUrl: `http://127.0.0.1:${port}`, process };
}
