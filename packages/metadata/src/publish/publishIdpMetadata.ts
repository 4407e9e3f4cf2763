import { type SigningKey, signEnveloped } from '@gakumon/saml';
import { buildIdpMetadata, type IdpMetadataSettings } from './idpMetadata.ts';

/** Writes our own metadata, signed as a whole: the document for `/idp/shibboleth` and `metadata publish`. */
export async function publishIdpMetadata(settings: IdpMetadataSettings, key: SigningKey): Promise<string> {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${await signEnveloped(buildIdpMetadata(settings), key)}\n`;
}
