import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunningProcess, startProcess } from '../processes.ts';
import { freePort, temporaryFolder } from '../temporary.ts';
import { required } from './postgresServer.ts';
import { makeRedisCertificate } from './redisTls.ts';

/** What the rig needs, for `describeWith`. */
export const haproxyPrograms: readonly string[] = ['haproxy', 'openssl'];

/** The HAProxy that operators are given, in front of two nodes. */
export type PrivateHaproxy = {
  /** PEM of the CA that signed its certificate, which is for localhost and 127.0.0.1. */
  readonly ca: string;
  readonly process: RunningProcess;
};

const deploy = join(import.meta.dirname, '../../../../deploy');

/**
 * Runs `deploy/haproxy.cfg` on 127.0.0.1, with TLS; only its addresses, paths, user and log are others.
 * @param port where it listens
 * @param nodePorts of 127.0.0.1
 */
export async function privateHaproxy(port: number, nodePorts: readonly [number, number]): Promise<PrivateHaproxy> {
  const folder = await temporaryFolder();
  const { ca, files } = await makeRedisCertificate({});
  const pair = await Promise.all([files.certificate, files.key].map((file) => readFile(file, 'utf8')));
  await writeFile(join(folder, 'site.pem'), pair.join(''));
  const config = (await readFile(join(deploy, 'haproxy.cfg'), 'utf8'))
    .replace(/bind :443 ssl crt \S+/, `bind 127.0.0.1:${port} ssl crt ${join(folder, 'site.pem')}`)
    .replace(/bind :80\b/, `bind 127.0.0.1:${await freePort()}`)
    .replaceAll(/192\.0\.2\.1([12]):8080/g, (_address, node) => `127.0.0.1:${nodePorts[Number(node) - 1]}`)
    .replaceAll('/etc/haproxy/', `${deploy}/`)
    .replace(/^ *(?:user|group) haproxy$/gm, '')
    .replace('log /dev/log ', 'log stdout format raw ');
  const file = join(folder, 'haproxy.cfg');
  await writeFile(file, config);
  const process = startProcess(required('haproxy'), ['-W', '-db', '-f', file]);
  await process.waitFor(/Loading success|New worker .* forked/);
  return { ca, process };
}
