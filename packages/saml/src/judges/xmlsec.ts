import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { algorithms, ns } from '@gakumon/terms';
import { type Finished, runProgram, type TestKey, temporaryFolder } from '@gakumon/testkit';

/** Only names of keys may be taken from ds:KeyInfo, never a key. */
export const noKeysFromMessage = ['--enabled-key-data', 'key-name'];

/** Where xmlsec1 finds the IDs that it is to resolve. */
export const idAttributes = ['Response', 'AuthnRequest', 'LogoutRequest']
  .map((name) => `${ns.samlp}:${name}`)
  .concat(`${ns.saml}:Assertion`, `${ns.md}:EntityDescriptor`, `${ns.md}:EntitiesDescriptor`, 'urn:x:root')
  .flatMap((name) => ['--id-attr:ID', name]);

/**
 * What xmlsec1 says to a document's signature.
 * @param xpath where the signature is, when it is not the first one
 */
export async function verifyWithXmlsec(document: string, key: TestKey, xpath?: string): Promise<Finished> {
  const node = xpath === undefined ? [] : ['--node-xpath', xpath];
  return await run('--verify', document, [...noKeysFromMessage, '--pubkey-cert-pem', key.certificateFile, ...node]);
}

/** Has xmlsec1 fill in a document that has a `signatureTemplate` in it. */
export async function signWithXmlsec(template: string, key: TestKey): Promise<string> {
  return succeed(await run('--sign', template, ['--privkey-pem', key.privateKeyFile]));
}

/** Has xmlsec1 decrypt the first EncryptedData. */
export async function decryptWithXmlsec(document: string, key: TestKey): Promise<string> {
  return succeed(
    await run('--decrypt', document, ['--enabled-key-data', 'enc-key', '--privkey-pem', key.privateKeyFile]),
  );
}

/** @param template an xenc:EncryptedData with empty values */
export async function encryptWithXmlsec(
  template: string,
  xml: string,
  key: TestKey,
  sessionKey: string,
): Promise<string> {
  const data = join(await temporaryFolder(), 'data.xml');
  await writeFile(data, xml);
  const args = ['--pubkey-cert-pem', key.certificateFile, '--session-key', sessionKey, '--xml-data', data];
  return succeed(await run('--encrypt', template, args));
}

async function run(command: string, document: string, args: readonly string[]): Promise<Finished> {
  const file = join(await temporaryFolder(), 'document.xml');
  await writeFile(file, document);
  return await runProgram('xmlsec1', [command, ...args, ...(command.includes('crypt') ? [] : idAttributes), file]);
}

function succeed({ code, stdout, stderr }: Finished): string {
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

export type TemplateOptions = {
  readonly uri: string;
  readonly algorithm?: string;
  readonly digest?: string;
  readonly canonicalisation?: string;
  /** That of the Reference, when it is another one than that of SignedInfo. */
  readonly transform?: string;
  /** A PrefixList for both canonicalisations, where they are exclusive. */
  readonly prefixList?: string | undefined;
  /** How the Signature's own namespace is written; an empty prefix makes it the default. */
  readonly prefix?: 'ds' | '';
};

/** A ds:Signature to be filled in. */
export function signatureTemplate(options: TemplateOptions): string {
  const { uri, algorithm = algorithms.rsaSha256, digest = algorithms.sha256 } = options;
  const { canonicalisation = algorithms.exclusiveC14n, transform = canonicalisation, prefix = 'ds' } = options;
  const list = (form: string): string =>
    options.prefixList === undefined || !form.startsWith(algorithms.exclusiveC14n)
      ? ''
      : `<ec:InclusiveNamespaces xmlns:ec="${ns.ec}" PrefixList="${options.prefixList}"/>`;
  const text = `<ds:Signature xmlns:ds="${ns.ds}"><!-- c --><ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="${canonicalisation}">${list(canonicalisation)}</ds:CanonicalizationMethod><!-- signed, perhaps -->
<ds:SignatureMethod Algorithm="${algorithm}"/>
<ds:Reference URI="${uri}"><ds:Transforms><ds:Transform Algorithm="${algorithms.enveloped}"/>
<ds:Transform Algorithm="${transform}">${list(transform)}</ds:Transform></ds:Transforms>
<ds:DigestMethod Algorithm="${digest}"/><ds:DigestValue></ds:DigestValue></ds:Reference></ds:SignedInfo>
<ds:SignatureValue></ds:SignatureValue></ds:Signature>`;
  return prefix === 'ds' ? text : text.replaceAll('<ds:', '<').replaceAll('</ds:', '</').replace('xmlns:ds=', 'xmlns=');
}
