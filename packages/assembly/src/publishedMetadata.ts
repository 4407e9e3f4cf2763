import { supportedNameIdFormats } from '@gakumon/attributes';
import type { Config } from '@gakumon/config';
import type { IdpMetadataSettings, PublishedKey } from '@gakumon/metadata';
import type { KeyPair } from './keyPair.ts';

/** What our own metadata says, out of the configuration and the keys' certificates. */
export function metadataSettings(
  { idp }: Config,
  keys: { readonly signing: KeyPair; readonly encryption: KeyPair },
): IdpMetadataSettings {
  return {
    ...idp,
    errorUrl: idp.supportUrl,
    nameIdFormats: supportedNameIdFormats,
    keys: [publishedKey('signing', keys.signing), publishedKey('encryption', keys.encryption)],
  };
}

function publishedKey(use: 'signing' | 'encryption', { certificate }: KeyPair): PublishedKey {
  return { use, certificate: certificate.raw.toString('base64') };
}
