/**
 * Config into ready parts, for the browser's door and the operator's. Owns which implementation stands behind which
 * port, how keys are read, and that documents and metadata are looked at again; decides nothing about a login.
 */
export * from './assemble.ts';
export { type KeyPair, readKeyPair } from './keyPair.ts';
export * from './notice.ts';
export { readIdentifierGenerators, readSealingKeys } from './secrets.ts';
export { previewEncryption, toServiceProviderSettings } from './serviceProviderSettings.ts';
export { listUnknownAttributes } from './unknownAttributes.ts';
