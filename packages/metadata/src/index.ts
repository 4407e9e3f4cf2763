/**
 * Metadata: who is this service provider, and what may it ask? Verifies and reads what sources say, answers from an
 * index that is swapped whole, and writes our own. It reads and fetches what sources name, and keeps verified copies in one
 * directory.
 */

export type * from './compare/aspects.ts';
export * from './compare/compareEntities.ts';
export * from './compare/readableCopy.ts';
export * from './describeServiceProvider.ts';
export type * from './index/metadataIndex.ts';
export * from './library/addedSourceName.ts';
export * from './library/addServiceProvider.ts';
export * from './library/heldNotice.ts';
export * from './library/intake/chooseIntake.ts';
export * from './library/loadMetadata.ts';
export * from './library/metadataLibrary.ts';
export * from './library/readFiles.ts';
export type * from './library/refreshing.ts';
export {
  type DocumentState,
  type HeldDocument,
  isOfFetch,
  type SourceState,
  type StoredCopy,
} from './library/sourceState.ts';
export type * from './ports.ts';
export * from './publish/idpMetadata.ts';
export * from './publish/judgeRegistration.ts';
export type * from './publish/keyDescriptor.ts';
export type * from './publish/people.ts';
export * from './publish/publishIdpMetadata.ts';
export type * from './publish/registrationFinding.ts';
export * from './publish/spMetadata.ts';
export type * from './publish/uiInfoElement.ts';
export * from './publish/validity.ts';
export type * from './reading/entityDescription.ts';
export type * from './reading/identityProvider.ts';
export * from './reading/parseServiceProviders.ts';
export * from './reading/serviceProvider.ts';
export type * from './reading/warnings.ts';
export * from './serviceProviders.ts';
export type { Assertable, Guard, MetadataSource, Signer, SourceOrigin } from './sources/source.ts';
export * from './trust/filter.ts';
export * from './trust/fingerprintOf.ts';
export * from './trust/verifyMetadata.ts';
