import type { EncryptionKey, ServiceProvider } from '@gakumon/metadata';
import { type ContentCipher, contentCiphers, findRecipientKeyWeakness, type KeyTransport } from '@gakumon/saml';
import { algorithms } from '@gakumon/terms';
import type { ServiceProviderSettings } from '../idp.ts';

/** How an assertion travels to one SP. */
export type EncryptionChoice =
  | { readonly kind: 'clear' }
  | {
      readonly kind: 'encrypt';
      readonly recipient: EncryptionKey;
      readonly cipher: ContentCipher;
      readonly keyTransport: KeyTransport;
    }
  /** It may not travel at all; `detail` says why, to the operator. */
  | { readonly kind: 'impossible'; readonly detail: string };

type Usable = Extract<EncryptionChoice, { kind: 'encrypt' }>;

/** By the URI in md:EncryptionMethod. Maps, because a name out of metadata may be anything, `__proto__` too. */
const ciphers: ReadonlyMap<string, ContentCipher> = new Map(
  (Object.keys(contentCiphers) as ContentCipher[]).map((cipher) => [contentCiphers[cipher].uri, cipher]),
);
const unusedCiphers: readonly string[] = [algorithms.tripleDesCbc, algorithms.aes192Cbc, algorithms.aes192Gcm];

/**
 * Chooses how to encrypt for an SP (SAML Metadata 2.4.1.1). The key is the first usable one, or the one that the settings
 * name; the cipher that of the settings, else the first known one among the key's md:EncryptionMethod elements, else that
 * of the metadata source, else AES-128-GCM. An SP that has keys, none of which can be used (those that the metadata's
 * reader left out count), is refused: sending in the clear instead would let whoever spoils a key read along; the
 * operator may say `never`. Pure.
 *
 * @param sourceDefault what the configuration says of the metadata source
 */
export function chooseEncryption(
  serviceProvider: Pick<ServiceProvider, 'entityId' | 'encryptionKeys' | 'unusableEncryptionKeys'>,
  settings: Pick<ServiceProviderSettings, 'encryption' | 'encryptionKey' | 'cipher'>,
  sourceDefault: ContentCipher | undefined,
): EncryptionChoice {
  if (settings.encryption === 'never') return { kind: 'clear' };
  const { entityId, encryptionKeys, unusableEncryptionKeys } = serviceProvider;
  const wanted = settings.encryptionKey;
  const candidates = encryptionKeys.filter(({ fingerprint }) => wanted === undefined || fingerprint === wanted);
  if (candidates.length === 0) {
    if (wanted !== undefined) return impossible(entityId, `its metadata has no encryption key ${wanted}`);
    if (unusableEncryptionKeys.length > 0) return impossible(entityId, spoilt(unusableEncryptionKeys));
    if (settings.encryption === 'optional') return { kind: 'clear' };
    return impossible(entityId, 'its metadata has no encryption key');
  }
  const choices = candidates.map((key) => chooseFor(key, settings.cipher, sourceDefault));
  const usable = choices.find((choice) => typeof choice !== 'string');
  return usable ?? impossible(entityId, choices.join('; '));
}

const spoilt = (reasons: readonly string[]): string =>
  `${reasons.join('; ')} (only "encryption: never" in its settings sends in the clear)`;

const impossible = (entityId: string, reason: string): EncryptionChoice => ({
  kind: 'impossible',
  detail: `${entityId}: ${reason}`,
});

/** @returns why not, where this key can't be used */
function chooseFor(
  recipient: EncryptionKey,
  wanted: ContentCipher | undefined,
  sourceDefault: ContentCipher | undefined,
): Usable | string {
  const { key, methods, fingerprint } = recipient;
  const weakness = findRecipientKeyWeakness(key);
  if (weakness !== undefined) return `key ${fingerprint}: ${weakness}`;
  const keyTransport = chooseKeyTransport(methods);
  if (keyTransport === undefined) return `key ${fingerprint}: takes RSA 1.5 only, which is unsafe`;
  const cipher = wanted ?? chooseCipher(methods, sourceDefault);
  if (cipher === undefined) return `key ${fingerprint}: takes only ciphers that are not written here`;
  return { kind: 'encrypt', recipient, cipher, keyTransport };
}

function chooseKeyTransport(methods: readonly string[]): KeyTransport | undefined {
  if (methods.includes(algorithms.rsaOaepMgf1p)) return 'rsa-oaep-mgf1p';
  if (methods.includes(algorithms.rsaOaep)) return 'rsa-oaep';
  return methods.includes(algorithms.rsa15) ? undefined : 'rsa-oaep-mgf1p';
}

function chooseCipher(methods: readonly string[], sourceDefault: ContentCipher | undefined): ContentCipher | undefined {
  const named = methods.map((uri) => ciphers.get(uri)).find((cipher) => cipher !== undefined);
  if (named !== undefined) return named;
  return methods.some((uri) => unusedCiphers.includes(uri)) ? undefined : (sourceDefault ?? 'aes128-gcm');
}
