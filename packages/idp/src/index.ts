/**
 * Sign-on as a pipeline: what an SP asks becomes a trusted request, a login, released attributes, a signed response.
 * Deciding is pure; stores, clock, ids and keys are arguments (see idp.ts). Knows neither HTTP nor pages.
 */
export * from './account/changeAtLogin.ts';
export type { TypedPasswords } from './account/checkNewPassword.ts';
export { mayWait } from './account/decideAccount.ts';
export { findAccessRefusal } from './account/findAccessRefusal.ts';
export { passwordNoticeSeen, passwordPlaceOf } from './account/passwordNeed.ts';
export * from './answer/chooseEncryption.ts';
export * from './answer/releaseAttributes.ts';
export * from './case/caseContextOf.ts';
export type { TriedCase } from './case/caseTimeline.ts';
export * from './case/openCase.ts';
export * from './continueAddress.ts';
export * from './continueSso.ts';
export * from './factors/acceptAssertion.ts';
export * from './factors/acceptOtp.ts';
export * from './factors/beginAssertion.ts';
export { enrolmentLifetime, mostAuthenticators, type Naming } from './factors/enrolment.ts';
export * from './factors/enrolPasskey.ts';
export * from './factors/enrolTotp.ts';
export * from './factors/importTotp.ts';
export {
  directoryAuthenticator,
  isFixed,
  listAuthenticators,
  showAuthenticator,
} from './factors/listAuthenticators.ts';
export * from './factors/listHolds.ts';
export * from './factors/manageAuthenticators.ts';
export { longestName } from './factors/nameAuthenticator.ts';
export * from './factors/owner.ts';
export { ownRecord } from './factors/ownRecord.ts';
export type { TotpKey } from './factors/totpKey.ts';
export * from './factors/tryAuthenticator.ts';
export * from './factors/unlockPerson.ts';
export * from './identifiers/findIdentifier.ts';
export * from './identifiers/storedIds.ts';
export * from './idp.ts';
export * from './login/acceptPassword.ts';
export { countTry } from './login/throttle.ts';
export * from './portal/changeAtPortal.ts';
export * from './portal/continuePortal.ts';
export * from './portal/endOwnSessions.ts';
export * from './portal/portalAttempt.ts';
export * from './ports.ts';
export * from './receiveAuthnRequest.ts';
export * from './seal/atRest.ts';
export * from './seal/formToken.ts';
export { seal, unseal } from './seal/seal.ts';
export * from './seal/sealAttempt.ts';
export * from './seal/sealingKeys.ts';
export * from './seal/sessionIndex.ts';
export * from './session/browser.ts';
export { endSession } from './session/endSession.ts';
export * from './session/endSessions.ts';
export { findSession, listSessions } from './session/findSession.ts';
export type { Ending } from './session/history.ts';
export * from './session/isRevokedBy.ts';
export * from './session/lastUseOf.ts';
export { ofPerson } from './session/ofPerson.ts';
export * from './session/sessionId.ts';
export { limitSessions } from './session/withinLifetime.ts';
export * from './stepUp/explainLogin.ts';
export { decideNotice, noticeSeen } from './stepUp/notice.ts';
export * from './stepUp/policyQuestion.ts';
export * from './stepUp/stepUpReason.ts';
export * from './types.ts';
