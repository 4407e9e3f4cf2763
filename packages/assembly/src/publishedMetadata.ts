import { supportedNameIdFormats } from '@gakumon/attributes';
import type { Config } from '@gakumon/config';
import { type DiscoHints, type IdpMetadataSettings, type PublishedKey, validityOf } from '@gakumon/metadata';

/**
 * What our own metadata says, out of the configuration and the keys.
 * @param now milliseconds
 */
export function metadataSettings({ idp }: Config, keys: readonly PublishedKey[], now: number): IdpMetadataSettings {
  const { metadataValidity, discovery } = idp;
  const { keywords = [], ...hints } = discovery ?? {};
  return {
    ...idp,
    errorUrl: idp.supportUrl,
    nameIdFormats: supportedNameIdFormats,
    keys,
    keywords: keywords.length === 0 ? undefined : keywords,
    discoHints: hasHints(hints) ? hints : undefined,
    ...(metadataValidity === undefined ? {} : validityOf(metadataValidity, now)),
  };
}

function hasHints(hints: Partial<DiscoHints>): hints is DiscoHints {
  return Object.values(hints).some((list) => list.length > 0);
}
