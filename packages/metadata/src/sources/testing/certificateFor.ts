import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram, temporaryFolder } from '@gakumon/testkit';

/** Makes a certificate of a server that it signs itself. @param name as in `IP:127.0.0.1`, `DNS:sp.example.ac.jp` */
export async function certificateFor(name: string): Promise<{ readonly cert: string; readonly key: string }> {
  const folder = await temporaryFolder();
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key];
  const names = ['-subj', '/CN=Test', '-addext', `subjectAltName=${name}`, '-days', '30', '-out', cert];
  const { code, stderr } = await runProgram('openssl', ['req', '-x509', ...newKey, ...names]);
  if (code !== 0) throw new Error(stderr);
  return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
}
