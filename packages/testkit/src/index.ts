/** What tests share. Development only: nothing that runs in production imports it. */
export * from './activeDirectory/index.ts';
export * from './authenticator/index.ts';
export * from './browser/index.ts';
export * from './keys/testKeys.ts';
export * from './processes.ts';
export * from './programs.ts';
export * from './rigs/index.ts';
export { type AuthnRequestOptions, escapeMarkup } from './sp/authnRequest.ts';
export * from './sp/delivered.ts';
export * from './sp/idpMetadata.ts';
export * from './sp/pretendIdp.ts';
export * from './sp/pretendSp.ts';
export {
  type Expectation,
  type ReadAssertion,
  type ReadNameId,
  type ReadResponse,
  readResponse,
} from './sp/response.ts';
export { signDocument } from './sp/signatures.ts';
export * from './sp/vendors/vendorRequest.ts';
export { type Vendor, vendors } from './sp/vendors/vendors.ts';
export * from './temporary.ts';
export * from './time.ts';
