import type { Config, ServiceProviderEntry } from '@gakumon/config';
import {
  chooseEncryption,
  defaultServiceProviderSettings,
  type EncryptionChoice,
  type Idp,
  type ServiceProviderSettings,
} from '@gakumon/idp';
import type { ServiceProvider } from '@gakumon/metadata';

/** What sps.yaml says, over what is usual. */
export function toServiceProviderSettings(entry: ServiceProviderEntry | undefined): ServiceProviderSettings {
  const usual = defaultServiceProviderSettings;
  if (entry === undefined) return usual;
  return {
    signResponse: entry.signResponse ?? usual.signResponse,
    signAssertion: entry.signAssertion ?? usual.signAssertion,
    encryption: entry.encryption ?? usual.encryption,
    encryptionKey: entry.encryptionKey ?? usual.encryptionKey,
    cipher: entry.cipher ?? usual.cipher,
    assertionLifetime: entry.assertionLifetime ?? usual.assertionLifetime,
    sessionLifetime: entry.sessionLifetime ?? usual.sessionLifetime,
    skew: entry.skew ?? usual.skew,
    nameIdFormats: entry.nameId ?? usual.nameIdFormats,
    attributes: entry.attributes ?? usual.attributes,
    subjectLocality: entry.subjectLocality ?? usual.subjectLocality,
    assuranceAttribute: entry.assuranceAttribute ?? usual.assuranceAttribute,
  };
}

/** The default cipher of each configured source of metadata. Hand-loaded metadata has none. */
export function cipherOfSource({ metadata }: Pick<Config, 'metadata'>): Idp['cipherOfSource'] {
  const ciphers = { gcm: 'aes128-gcm', cbc: 'aes128-cbc' } as const;
  return (name) => {
    const mode = metadata.sources.find((source) => source.name === name)?.encryption;
    return mode === undefined ? undefined : ciphers[mode];
  };
}

/** How an SP would be encrypted to, for the operator to look at. */
export function previewEncryption(
  config: Pick<Config, 'metadata'>,
  serviceProvider: ServiceProvider,
  entry: ServiceProviderEntry | undefined,
): EncryptionChoice {
  const { source } = serviceProvider;
  return chooseEncryption(serviceProvider, toServiceProviderSettings(entry), cipherOfSource(config)(source));
}
