import { type KeyObject, randomBytes } from 'node:crypto';
import { GakumonError } from '@gakumon/terms';
import { element, type OutElement } from '../xml/outElement.ts';
import { type ContentCipher, contentCiphers, encryptContent } from './ciphers.ts';
import { type KeyTransport, transportKey } from './keyTransport.ts';

export type EncryptionRecipient = {
  /** The RSA public key from the metadata of the SP. */
  readonly key: KeyObject;
  /** Base64 DER; tells an SP with several keys which one to use. */
  readonly certificate?: string;
};

const minimumRsaBits = 2048;

/**
 * Encrypts an element for one recipient (XML Encryption 1.1; SAML Core 6): a fresh AES key, sent along under RSA-OAEP.
 * @param xml one canonical element
 * @param options AES-128-GCM and `rsa-oaep-mgf1p` where nothing is said
 * @returns xenc:EncryptedData, its xenc:EncryptedKey inside ds:KeyInfo
 * @throws GakumonError `encryption-impossible` when the key is not RSA of 2048 bits or more
 */
export async function encryptElement(
  xml: string,
  recipient: EncryptionRecipient,
  options: { readonly cipher?: ContentCipher; readonly keyTransport?: KeyTransport } = {},
): Promise<OutElement> {
  const { cipher = 'aes128-gcm', keyTransport = 'rsa-oaep-mgf1p' } = options;
  const weakness = findRecipientKeyWeakness(recipient.key);
  if (weakness !== undefined) throw new GakumonError('encryption-impossible', { detail: weakness });
  const { uri, keyBytes } = contentCiphers[cipher];
  const contentKey = randomBytes(keyBytes);
  const { method, encrypted } = transportKey(keyTransport, contentKey, recipient.key);
  return element(
    'xenc:EncryptedData',
    { Type: 'http://www.w3.org/2001/04/xmlenc#Element' },
    element('xenc:EncryptionMethod', { Algorithm: uri }),
    element('ds:KeyInfo', {}, buildEncryptedKey(method, encrypted, recipient.certificate)),
    buildCipherData(encryptContent(cipher, contentKey, Buffer.from(xml, 'utf8'))),
  );
}

/** Why nothing can be encrypted for this key, in words for the operator; undefined when it can. */
export function findRecipientKeyWeakness(key: KeyObject): string | undefined {
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa' && modulusLength >= minimumRsaBits) return undefined;
  return `${key.asymmetricKeyType ?? key.type} key of ${modulusLength} bits; RSA of ${minimumRsaBits} or more is needed`;
}

function buildEncryptedKey(method: OutElement, encryptedKey: Buffer, certificate: string | undefined): OutElement {
  const keyInfo =
    certificate === undefined
      ? undefined
      : element('ds:KeyInfo', {}, element('ds:X509Data', {}, element('ds:X509Certificate', {}, certificate)));
  return element('xenc:EncryptedKey', {}, method, keyInfo, buildCipherData(encryptedKey));
}

function buildCipherData(bytes: Buffer): OutElement {
  return element('xenc:CipherData', {}, element('xenc:CipherValue', {}, bytes.toString('base64')));
}
