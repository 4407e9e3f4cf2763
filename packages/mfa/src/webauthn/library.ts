/**
 * The one door to @simplewebauthn/server. It is loaded on first use: most logins of a node need none of it, and it
 * brings the ASN.1 and X.509 libraries along.
 */
export async function loadWebauthn() {
  const [{ verifyAuthenticationResponse, verifyRegistrationResponse, SettingsService }, helpers] = await Promise.all([
    import('@simplewebauthn/server'),
    import('@simplewebauthn/server/helpers'),
  ]);
  // The chain of an attestation is ours to verify (attestation.ts). With roots of its own the library would follow the
  // addresses of revocation lists that stand in the certificates, without a limit of time.
  for (const identifier of ['android-key', 'android-safetynet', 'apple', 'mds'] as const) {
    SettingsService.setRootCertificates({ identifier, certificates: [] });
  }
  return {
    verifyAuthenticationResponse,
    verifyRegistrationResponse,
    decodeAttestationObject: helpers.decodeAttestationObject,
    parseAuthenticatorData: helpers.parseAuthenticatorData,
    decodeCredentialPublicKey: helpers.decodeCredentialPublicKey,
  };
}
