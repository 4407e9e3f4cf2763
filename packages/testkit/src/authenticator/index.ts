export { type CredentialAlgorithm, credentialAlgorithms } from './credentialKey.ts';
export * from './pretendAuthenticator.ts';
