import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finished, runProgram, temporaryFolder } from '@gakumon/testkit';
import { idAttributes, noKeysFromMessage } from './xmlsec.ts';

/** A key pair that both sides know. */
export type JudgeKey = {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly privateKeyFile: string;
  readonly publicKeyFile: string;
};

/** @param pem made anew on the curve when it is left out */
export async function makeJudgeKey(curve: string, pem?: string): Promise<JudgeKey> {
  const privateKey =
    pem === undefined ? generateKeyPairSync('ec', { namedCurve: curve }).privateKey : createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey);
  const folder = await temporaryFolder();
  const [privateKeyFile, publicKeyFile] = [join(folder, 'private.pem'), join(folder, 'public.pem')];
  await writeFile(privateKeyFile, privateKey.export({ format: 'pem', type: 'pkcs8' }));
  await writeFile(publicKeyFile, publicKey.export({ format: 'pem', type: 'spki' }));
  return { privateKey, publicKey, privateKeyFile, publicKeyFile };
}

/**
 * Has one xmlsec1 fill in many templates.
 * @returns the templates as they were written, with its values in them
 */
export async function signAllWithXmlsec(templates: readonly string[], key: JudgeKey): Promise<string[]> {
  const { code, stdout, stderr } = await run('--sign', templates, ['--privkey-pem', key.privateKeyFile]);
  if (code !== 0) throw new Error(stderr);
  const signed = stdout.split(/^(?=<\?xml version="1\.0")/m);
  if (signed.length !== templates.length) throw new Error(`${signed.length} documents for ${templates.length}`);
  return templates.map((template, index) => {
    const values = ['DigestValue', 'SignatureValue'].map((name) => valueIn(signed[index] ?? '', name));
    return fillIn(template, values[0] ?? '', values[1] ?? '');
  });
}

/** What xmlsec1 says to many documents; it stops at the first one that it doesn't verify. */
export async function verifyAllWithXmlsec(
  documents: readonly (string | Uint8Array)[],
  key: JudgeKey,
): Promise<Finished> {
  return await run('--verify', documents, [...noKeysFromMessage, '--pubkey-pem', key.publicKeyFile]);
}

/** Writes the two values into a template. */
export function fillIn(template: string, digest: string, signature: string): string {
  return template
    .replace(/(<(?:ds:)?DigestValue>)/, (tag) => tag + digest)
    .replace(/(<(?:ds:)?SignatureValue>)/, (tag) => tag + signature);
}

/** The text of an element of a filled-in template. */
export function valueIn(document: string, name: string): string {
  return new RegExp(`<(?:ds:)?${name}>([^<]*)<`).exec(document)?.[1] ?? '';
}

async function run(
  command: string,
  documents: readonly (string | Uint8Array)[],
  args: readonly string[],
): Promise<Finished> {
  const folder = await temporaryFolder();
  const files = documents.map((_, index) => join(folder, `${index}.xml`));
  await Promise.all(documents.map((document, index) => writeFile(files[index] ?? '', document)));
  return await runProgram('xmlsec1', [command, ...args, ...idAttributes, ...files]);
}
