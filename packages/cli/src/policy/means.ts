import type { CaseAuthenticator } from '@gakumon/config';
import type { Authenticator, EnrollableKind } from '@gakumon/mfa';
import type { AuthenticatorId } from '@gakumon/terms';

/**
 * The authenticators of a person in a case. They only show what could be asked of somebody: no secret is in them.
 * @param has undefined: whatever can be enrolled here, so that the case says what would be asked of whoever has it
 */
export function listMeans(
  has: readonly CaseAuthenticator[] | undefined,
  offered: readonly EnrollableKind[],
): readonly Authenticator[] {
  return (has ?? offered.map((kind) => usual[kind])).map((one) => make[one]);
}

const usual: Readonly<Record<EnrollableKind, CaseAuthenticator>> = { totp: 'totp', webauthn: 'passkey' };

function common(name: CaseAuthenticator) {
  return { id: name as string as AuthenticatorId, name, createdAt: 0, lastUsed: undefined };
}

function totp(name: CaseAuthenticator, isShared: boolean): Authenticator {
  return { ...common(name), kind: 'totp', secret: '', origin: 'enrolled', isShared, drift: 0 };
}

function webauthn(name: CaseAuthenticator, canVerifyUser: boolean, isBackedUp: boolean): Authenticator {
  return {
    ...common(name),
    kind: 'webauthn',
    credentialId: '',
    publicKey: '',
    counter: 0,
    transports: [],
    aaguid: '00000000-0000-0000-0000-000000000000',
    isBackupEligible: isBackedUp,
    isBackedUp,
    canVerifyUser,
  };
}

const make: Readonly<Record<CaseAuthenticator, Authenticator>> = {
  totp: totp('totp', false),
  'shared-totp': totp('shared-totp', true),
  'security-key': webauthn('security-key', false, false),
  passkey: webauthn('passkey', true, false),
  'synced-passkey': webauthn('synced-passkey', true, true),
};
