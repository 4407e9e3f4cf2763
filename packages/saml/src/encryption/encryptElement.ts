import { constants, type KeyObject, publicEncrypt, randomBytes } from 'node:crypto';
import { algorithms, GakumonError } from '@gakumon/terms';
import { element, type OutElement } from '../xml/outElement.ts';
import { type ContentCipher, contentCiphers, encryptContent } from './ciphers.ts';

export type EncryptionRecipient = {
  /** The RSA public key from the metadata of the SP. */
  readonly key: KeyObject;
  /** Base64 DER; tells an SP with several keys which one to use. */
  readonly certificate?: string;
};

const minimumRsaBits = 2048;

/**
 * Encrypts an element for one recipient (XML Encryption 1.1; SAML Core 6): a fresh AES key, sent along under RSA-OAEP
 * with SHA-1 and MGF1, which every implementation has and which SHA-1's collisions don't touch.
 * @param xml one canonical element
 * @returns xenc:EncryptedData, its xenc:EncryptedKey inside ds:KeyInfo
 * @throws GakumonError `encryption-impossible` when the key is not RSA of 2048 bits or more
 */
export async function encryptElement(
  xml: string,
  recipient: EncryptionRecipient,
  options: { readonly cipher?: ContentCipher } = {},
): Promise<OutElement> {
  const cipher = options.cipher ?? 'aes128-gcm';
  const { uri, keyBytes } = contentCiphers[cipher];
  const contentKey = randomBytes(keyBytes);
  const encryptedKey = encryptKey(contentKey, requireRecipientKey(recipient.key));
  return element(
    'xenc:EncryptedData',
    { Type: 'http://www.w3.org/2001/04/xmlenc#Element' },
    element('xenc:EncryptionMethod', { Algorithm: uri }),
    element('ds:KeyInfo', {}, buildEncryptedKey(encryptedKey, recipient.certificate)),
    buildCipherData(encryptContent(cipher, contentKey, Buffer.from(xml, 'utf8'))),
  );
}

function requireRecipientKey(key: KeyObject): KeyObject {
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa' && modulusLength >= minimumRsaBits) return key;
  throw new GakumonError('encryption-impossible', {
    detail: `${key.asymmetricKeyType ?? key.type} key of ${modulusLength} bits; RSA of ${minimumRsaBits} or more is needed`,
  });
}

function encryptKey(contentKey: Buffer, key: KeyObject): Buffer {
  try {
    return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, contentKey);
  } catch (cause) {
    throw new GakumonError('encryption-impossible', { detail: 'RSA-OAEP failed', cause });
  }
}

function buildEncryptedKey(encryptedKey: Buffer, certificate: string | undefined): OutElement {
  const keyInfo =
    certificate === undefined
      ? undefined
      : element('ds:KeyInfo', {}, element('ds:X509Data', {}, element('ds:X509Certificate', {}, certificate)));
  return element(
    'xenc:EncryptedKey',
    {},
    element(
      'xenc:EncryptionMethod',
      { Algorithm: algorithms.rsaOaepMgf1p },
      element('ds:DigestMethod', { Algorithm: algorithms.sha1 }),
    ),
    keyInfo,
    buildCipherData(encryptedKey),
  );
}

function buildCipherData(bytes: Buffer): OutElement {
  return element('xenc:CipherData', {}, element('xenc:CipherValue', {}, bytes.toString('base64')));
}
