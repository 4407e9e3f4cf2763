import { createHash, createHmac, createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { algorithms, ns } from '@gakumon/terms';
import { canonicaliseElement } from '../../xml/canonicalForm.ts';
import { parseXml } from '../../xml/parseXml.ts';
import { type SignatureAlgorithm, signatureAlgorithms } from '../algorithms.ts';
import { type SigningKey, signOctets } from '../octets.ts';

/** The testkit itself can be imported by a test runner only. */
const keyFolder = join(dirname(fileURLToPath(import.meta.resolve('@gakumon/testkit'))), 'keys');

function loadKey(name: string): SigningKey {
  const certificate = readFileSync(join(keyFolder, `${name}.certificate.pem`), 'utf8').replace(/-----.*-----|\s/g, '');
  return {
    privateKey: createPrivateKey(readFileSync(join(keyFolder, `${name}.key.pem`))),
    certificate,
    algorithm: 'rsa-sha256',
  };
}

export const spKey = loadKey('sp-signing');
export const strangerKey = loadKey('stranger');

export function openRequest(id: string, host: string, more = ''): string {
  return (
    `<samlp:AuthnRequest xmlns:samlp="${ns.samlp}" AssertionConsumerServiceURL="https://${host}/acs" ID="${id}" ` +
    `IssueInstant="2026-04-01T00:00:00Z" Version="2.0"${more}>` +
    `<saml:Issuer xmlns:saml="${ns.saml}">https://sp.example.ac.jp/sp</saml:Issuer>`
  );
}

export const closeRequest = '</samlp:AuthnRequest>';
export const transform = (algorithm: string, content = ''): string =>
  `<ds:Transform Algorithm="${algorithm}">${content}</ds:Transform>`;
export const usualTransforms = transform(algorithms.enveloped) + transform(algorithms.exclusiveC14n);

export type SignatureOptions = {
  readonly uri?: string;
  readonly transforms?: string;
  readonly canonicalisation?: string;
  readonly digestMethod?: string;
  readonly signatureMethod?: string;
  readonly methodContent?: string;
  readonly digestMethodContent?: string;
  /** Added to SignedInfo after the Reference. */
  readonly moreReferences?: string;
  readonly digest?: string;
  readonly keyInfo?: string;
  readonly object?: string;
  readonly sign?: (octets: Buffer) => Promise<Buffer> | Buffer;
};

export function reference(
  uri: string,
  digest: string,
  transforms = usualTransforms,
  method: string = algorithms.sha256,
): string {
  return (
    `<ds:Reference URI="${uri}"><ds:Transforms>${transforms}</ds:Transforms><ds:DigestMethod Algorithm="${method}">` +
    `</ds:DigestMethod><ds:DigestValue>${digest}</ds:DigestValue></ds:Reference>`
  );
}

/** A ds:Signature over a document, with whatever is asked for instead of what is usual; it is a valid one. */
export async function makeSignature(document: string, options: SignatureOptions = {}): Promise<string> {
  const digest = options.digest ?? digestOf(document);
  const signedInfo =
    `<ds:CanonicalizationMethod Algorithm="${options.canonicalisation ?? algorithms.exclusiveC14n}"></ds:CanonicalizationMethod>` +
    `<ds:SignatureMethod Algorithm="${options.signatureMethod ?? algorithms.rsaSha256}">${options.methodContent ?? ''}</ds:SignatureMethod>` +
    reference(options.uri ?? '#_genuine', digest, options.transforms, options.digestMethod).replace(
      '</ds:DigestMethod>',
      `${options.digestMethodContent ?? ''}</ds:DigestMethod>`,
    ) +
    `${options.moreReferences ?? ''}</ds:SignedInfo>`;
  const octets = Buffer.from(`<ds:SignedInfo xmlns:ds="${ns.ds}">${signedInfo}`);
  const sign = options.sign ?? ((bytes: Buffer) => signOctets(bytes, spKey));
  const value = (await sign(octets)).toString('base64');
  return (
    `<ds:Signature xmlns:ds="${ns.ds}"><ds:SignedInfo>${signedInfo}<ds:SignatureValue>${value}</ds:SignatureValue>` +
    `${options.keyInfo ?? ''}${options.object ?? ''}</ds:Signature>`
  );
}

export function digestOf(document: string, algorithm: SignatureAlgorithm | 'sha1' = 'rsa-sha256'): string {
  const canonical = canonicaliseElement(parseXml(Buffer.from(document)), { comments: false });
  const name = algorithm === 'sha1' ? 'sha1' : signatureAlgorithms[algorithm].hash;
  return createHash(name).update(canonical).digest('base64');
}

/** The signature that an attacker can make who has nothing but the public key. */
export function hmacWithPublicKey(octets: Buffer): Buffer {
  const secret = createPublicKey(spKey.privateKey).export({ format: 'pem', type: 'spki' });
  return createHmac('sha256', secret).update(octets).digest();
}
