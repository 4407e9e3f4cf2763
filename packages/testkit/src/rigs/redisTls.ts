import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../processes.ts';
import { temporaryFolder } from '../temporary.ts';

export type RedisTlsOptions = {
  /** The subjectAltName of the certificate; `DNS:localhost,IP:127.0.0.1` when not given. */
  readonly names?: string;
};

export type RedisCertificate = {
  /** PEM. */
  readonly ca: string;
  readonly files: { readonly ca: string; readonly certificate: string; readonly key: string };
};

/** Makes a CA and a server certificate of it, in a folder of the test file's own. */
export async function makeRedisCertificate({ names }: RedisTlsOptions): Promise<RedisCertificate> {
  const folder = await temporaryFolder();
  const file = (name: string): string => join(folder, name);
  const files = { ca: file('ca.pem'), certificate: file('server.pem'), key: file('server.key.pem') };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const authority = ['-x509', ...newKey, '-days', '30', '-subj', '/CN=Test Redis CA'];
  await openssl('req', ...authority, '-keyout', file('ca.key.pem'), '-out', files.ca);
  await openssl('req', ...newKey, '-subj', '/CN=Test Redis', '-keyout', files.key, '-out', file('request.pem'));
  await writeFile(file('extensions'), `subjectAltName=${names ?? 'DNS:localhost,IP:127.0.0.1'}\n`);
  const signer = ['-CA', files.ca, '-CAkey', file('ca.key.pem'), '-set_serial', '2', '-days', '30'];
  await openssl(
    'x509',
    '-req',
    ...signer,
    ...['-in', file('request.pem'), '-extfile', file('extensions'), '-out', files.certificate],
  );
  return { ca: await readFile(files.ca, 'utf8'), files };
}

async function openssl(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await runProgram('openssl', args);
  if (code !== 0) throw new Error(`openssl ${args[0]}: ${stderr}`);
}
