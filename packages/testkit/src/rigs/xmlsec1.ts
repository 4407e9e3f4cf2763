import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ns } from '@gakumon/terms';
import { type Finished, runProgram } from '../processes.ts';

/** What the judge needs, for `describeWith`. */
export const xmlsec1Judge: readonly string[] = ['xmlsec1'];

/** The elements of SAML that are signed as a whole: what their ID attribute is, no DTD tells. */
const idAttributes = [
  [ns.samlp, 'AuthnRequest'],
  [ns.samlp, 'Response'],
  [ns.saml, 'Assertion'],
  [ns.md, 'EntityDescriptor'],
  [ns.md, 'EntitiesDescriptor'],
].flatMap(([namespace, name]) => ['--id-attr:ID', `${namespace}:${name}`]);

/**
 * Asks xmlsec1, an independent judge, about the enveloped signature of an element. Only the given key counts: what
 * KeyInfo says is not looked at.
 *
 * @param certificatePem of the key that should have signed
 * @param path local names from the root to the signed element; the root itself when left out
 * @returns what xmlsec1 objects to; undefined when the signature holds
 */
export async function findSignatureProblem(
  xml: string,
  certificatePem: string,
  path: readonly string[] = [],
): Promise<string | undefined> {
  const steps = ['*', ...path.map((name) => `*[local-name()='${name}']`), "*[local-name()='Signature']"];
  const finished = await runOn(xml, certificatePem, (document, key) => [
    ...['--verify', '--enabled-key-data', 'key-name', '--pubkey-cert-pem', key],
    ...[...idAttributes, '--node-xpath', `/${steps.join('/')}`, document],
  ]);
  return finished.code === 0 ? undefined : complaintOf(finished);
}

/**
 * Has xmlsec1 decrypt the first xenc:EncryptedData of a document, in place.
 * @returns the document with what was encrypted in it
 * @throws Error with what xmlsec1 says when it can't
 */
export async function decryptWithXmlsec1(xml: string, privateKeyPem: string): Promise<string> {
  const finished = await runOn(xml, privateKeyPem, (document, key) => ['--decrypt', '--privkey-pem', key, document]);
  if (finished.code !== 0) throw new Error(complaintOf(finished));
  return finished.stdout;
}

const complaintOf = ({ stdout, stderr }: Finished): string =>
  `${stdout}${stderr}`.trim() || 'xmlsec1 failed without a word';

async function runOn(
  xml: string,
  keyPem: string,
  args: (documentFile: string, keyFile: string) => readonly string[],
): Promise<Finished> {
  const folder = await mkdtemp(join(tmpdir(), 'gakumon-xmlsec1-'));
  try {
    const [document, key] = [join(folder, 'document.xml'), join(folder, 'key.pem')];
    await writeFile(document, xml);
    await writeFile(key, keyPem);
    return await runProgram('xmlsec1', args(document, key));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
