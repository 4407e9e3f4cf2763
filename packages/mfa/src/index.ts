/**
 * Authenticators and assurance: how factors are enrolled and proved, what was proved is worth, and what the policy asks
 * for. Deciding is pure; records and clock are arguments. Knows neither HTTP nor SAML messages.
 */
export * from './assurance/chooseNext.ts';
export * from './assurance/compareRequirements.ts';
export * from './assurance/contexts.ts';
export * from './assurance/decideAuthn.ts';
export * from './assurance/knownProofs.ts';
export * from './assurance/meets.ts';
export * from './assurance/requiredContext.ts';
export * from './assurance/requirement.ts';
export * from './authenticator.ts';
export * from './facts.ts';
export * from './policy/decideEnrolment.ts';
export * from './policy/defaultPolicy.ts';
export * from './policy/evaluatePolicy.ts';
export * from './policy/explainWould.ts';
export { failedPerson } from './policy/failedCondition.ts';
export * from './policy/listPlaceRequirements.ts';
export * from './policy/listPlaces.ts';
export * from './policy/listPolicyMistakes.ts';
export * from './policy/placeAddress.ts';
export * from './policy/policy.ts';
export { isWithin, parseAddress, parseRange, requireRange, writeAddress } from './policy/range.ts';
export * from './policy/verdict.ts';
export * from './policy/writeInstant.ts';
export * from './ports.ts';
export { computeOtp, newTotpSecret, otpauthUri, otpStep, otpStepOf, parseTotpSecret } from './totp/otp.ts';
export * from './totp/verifyOtp.ts';
export { type Ceremony, ceremonyTimeout, newUserHandle } from './webauthn/ceremony.ts';
export { makeAuthenticationOptions } from './webauthn/makeAuthenticationOptions.ts';
export {
  type AuthenticatorHint,
  authenticatorHints,
  makeRegistrationOptions,
  type PasskeyOwner,
} from './webauthn/makeRegistrationOptions.ts';
export type { RelyingParty } from './webauthn/relyingParty.ts';
export * from './webauthn/verifyAuthentication.ts';
export { type EnrolledPasskey, verifyRegistration } from './webauthn/verifyRegistration.ts';
