import { supportedNameIdFormats } from '@gakumon/attributes';
import type { Config } from '@gakumon/config';
import {
  type DiscoHints,
  type IdpMetadataSettings,
  type PublishedKey,
  publishIdpMetadata,
  validityOf,
} from '@gakumon/metadata';
import { GakumonError } from '@gakumon/terms';
import { readSamlKeyList, readSamlKeys, type SamlKeys } from './keys/readSamlKeys.ts';

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

/** Our own metadata as it is served, signed by the key that signs now. */
export function publishMetadataBy(config: Config, keys: SamlKeys, now: number): Promise<string> {
  return publishIdpMetadata(metadataSettings(config, keys.published, now), keys.signingKey);
}

/**
 * Our own metadata, signed, for whoever does not serve it.
 * @param now milliseconds
 * @throws GakumonError `key-missing`, `key-invalid` also for a key beside the current ones: what is incomplete must not
 * be given to a federation
 */
export async function publishOwnMetadata(config: Config, now: number): Promise<string> {
  return publishMetadataBy(config, await readAllKeys(config), now);
}

/** What our own metadata says, to be judged or copied by hand; throws as {@link publishOwnMetadata} does. */
export async function readOwnMetadata(config: Config, now: number): Promise<IdpMetadataSettings> {
  return metadataSettings(config, (await readAllKeys(config)).published, now);
}

async function readAllKeys({ keys: { directory } }: Config): Promise<SamlKeys> {
  const keys = await readSamlKeys(directory, await readSamlKeyList(directory));
  if (keys.troubles.length > 0) throw new GakumonError('key-invalid', { detail: keys.troubles.join('\n') });
  return keys;
}
