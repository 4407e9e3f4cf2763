import { supportedNameIdFormats } from '@gakumon/attributes';
import type { Config } from '@gakumon/config';
import { type IdpMetadataSettings, type PublishedKey, validityOf } from '@gakumon/metadata';

/**
 * What our own metadata says, out of the configuration and the keys.
 * @param now milliseconds
 */
export function metadataSettings({ idp }: Config, keys: readonly PublishedKey[], now: number): IdpMetadataSettings {
  const { metadataValidity } = idp;
  return {
    ...idp,
    errorUrl: idp.supportUrl,
    nameIdFormats: supportedNameIdFormats,
    keys,
    ...(metadataValidity === undefined ? {} : validityOf(metadataValidity, now)),
  };
}
