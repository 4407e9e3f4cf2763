import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finished, freePort, temporaryFolder, testKeys } from '@gakumon/testkit';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DocumentServer, startDocumentServer } from './testing/documentServer.ts';
import { signedFederation } from './testing/federation.ts';
import { install, serveIn } from './testing/runGakumon.ts';

const day = 86_400_000;
const many = Array.from({ length: 20 }, (_, at) => `sp${at}`);
const publish = (members: readonly string[]): string =>
  signedFederation(members, Date.now() + 14 * day, testKeys.idpSigning);

let base: string;
let gakumon: (...args: string[]) => Promise<Finished>;
let documents: DocumentServer;

/** The command runs on another node: it has the records in common with the server, and no copy of any metadata. */
const elsewhere = (...args: string[]): Promise<Finished> => gakumon('--config', 'other.yaml', 'metadata', ...args);

/** The status of a login that begins here, as soon as it is the wanted one, or after a time that a busy machine may need. */
async function untilStatus(id: string, wanted: number, deadline = performance.now() + 30_000): Promise<number> {
  const providerId = encodeURIComponent(`https://${id}.example.org/sp`);
  const { status } = await fetch(`${base}/idp/profile/SAML2/Unsolicited/SSO?providerId=${providerId}`);
  return status === wanted || performance.now() > deadline ? status : untilStatus(id, wanted, deadline);
}

beforeAll(async () => {
  const folder = await temporaryFolder();
  base = `http://localhost:${await freePort()}`;
  gakumon = await install(folder, base);
  await writeFile(join(folder, 'signer.crt'), testKeys.idpSigning.certificatePem);
  const written = await readFile(join(folder, 'gakumon.yaml'), 'utf8');
  const other = written.replace(/^metadata:\n/m, 'metadata:\n  cache: other-cache\n');
  expect(other).not.toBe(written);
  await writeFile(join(folder, 'other.yaml'), other);
  documents = await startDocumentServer();
  await serveIn(folder);
});
afterAll(() => documents.close());

describe('a server, when a command on another node', () => {
  test('loads an address: the server asks there itself, within seconds', async () => {
    documents.put(publish(many));
    expect(await elsewhere('load', documents.url, '--cert', 'signer.crt')).toMatchObject({ code: 0 });
    expect(await untilStatus('sp7', 200)).toBe(200);
  });

  test('refreshes: a new service is known within seconds', async () => {
    documents.put(publish([...many, 'fresh']));
    expect(await elsewhere('refresh')).toMatchObject({ code: 0 });
    expect(await untilStatus('fresh', 200)).toBe(200);
  });

  test('accepts what the guard holds back: it is accepted here, too', async () => {
    documents.put(publish(['sp0', 'fresh']));
    expect((await elsewhere('refresh')).stdout).toContain('federation: held');
    expect(await elsewhere('refresh', '--accept')).toMatchObject({ code: 0 });
    expect(await untilStatus('sp7', 403)).toBe(403);
    expect(await untilStatus('fresh', 200)).toBe(200);
  });
});
