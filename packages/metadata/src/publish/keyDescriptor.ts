import { element, type OutElement } from '@gakumon/saml';
import { algorithms } from '@gakumon/terms';

/** A key of ours to publish; several stand side by side while one follows another. */
export type PublishedKey = {
  /** Base64 DER on one line. */
  readonly certificate: string;
  /** Undefined serves both purposes. */
  readonly use?: 'signing' | 'encryption' | undefined;
};

/** md:KeyDescriptor (SAML Metadata 2.4.1.1); with a key to encrypt to come the algorithms that we decrypt. */
export function keyDescriptor({ certificate, use }: PublishedKey): OutElement {
  const methods = use === 'signing' ? [] : [algorithms.aes128Gcm, algorithms.aes256Gcm, algorithms.rsaOaepMgf1p];
  return element(
    'md:KeyDescriptor',
    { use },
    element('ds:KeyInfo', {}, element('ds:X509Data', {}, element('ds:X509Certificate', {}, certificate))),
    ...methods.map((algorithm) => element('md:EncryptionMethod', { Algorithm: algorithm })),
  );
}
