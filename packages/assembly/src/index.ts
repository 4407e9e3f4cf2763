/**
 * Config into ready parts, for the browser's door and the operator's. Owns which implementation stands behind which
 * port, how keys are read, and that documents and metadata are looked at again; decides nothing about a login.
 */
export type { ExchangeSummary, RecordsExchange, RecordsStatus } from '@gakumon/stores';
export * from './assemble.ts';
export { resetByStaff, type StaffReset } from './authenticators/resetByStaff.ts';
export { authenticatorsKind, createSealedAuthenticators } from './authenticators/sealedAuthenticators.ts';
export { type BackupSummary, makeBackup, type OnProgress } from './backup/makeBackup.ts';
export { exportToFile, openConfiguredExchange, readOctets } from './backup/recordsFile.ts';
export { type RestoreSummary, restoreBackup } from './backup/restoreBackup.ts';
export { makeWholeFile } from './backup/wholeFile.ts';
export * from './guests/guestOrders.ts';
export { createSealedGuests } from './guests/sealedGuests.ts';
export * from './identifiers/identifierDesk.ts';
export * from './identifiers/traceByComputing.ts';
export { type KeyPair, type KeyUse, readKeyPair, readKeyPairFiles } from './keyPair.ts';
export * from './keys/changeSamlKeys.ts';
export * from './keys/readSamlKeys.ts';
export { keyUses, type SamlKeyEntry, type SamlKeyList, type SamlKeyState } from './keys/samlKeyList.ts';
export * from './keys/storeSamlKeys.ts';
export { type LibraryRecords, openLibrary } from './library.ts';
export { type OpenMetadataRecords, openMetadataRecords } from './metadata/metadataRecords.ts';
export type { Metrics } from './metrics/createMetrics.ts';
export { createTally, type Tally } from './metrics/tally.ts';
export * from './notice.ts';
export * from './people/departureWatch.ts';
export { openPeople, type People, type PeopleRecords } from './people/openPeople.ts';
export * from './people/readPeopleInForce.ts';
export * from './published/documentPlans.ts';
export * from './published/documentRecords.ts';
export { type DocumentPlan, waysOut } from './published/documentState.ts';
export { type DocumentVersion, describePublisher, type Publisher } from './published/documentVersion.ts';
export * from './published/publishDocument.ts';
export { publishOwnMetadata, readOwnMetadata } from './publishedMetadata.ts';
export * from './sealing/changeFile.ts';
export * from './sealing/changeSealingKeys.ts';
export * from './sealing/resealRecords.ts';
export * from './sealing/sealingKeyFile.ts';
export * from './sealing/watchSealingKeys.ts';
export { readIdentifierGenerators, readSealingKeys } from './secrets.ts';
export { previewEncryption, toServiceProviderSettings } from './serviceProviderSettings.ts';
export * from './stores/inspectConfiguredStores.ts';
export { openConfiguredStores } from './stores/openConfiguredStores.ts';
export * from './stores/openStaffIdp.ts';
export * from './stores/openStaffSessions.ts';
export type { Readiness } from './stores/readiness.ts';
export { listUnknownAttributes } from './unknownAttributes.ts';
