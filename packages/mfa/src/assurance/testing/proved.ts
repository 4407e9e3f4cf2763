import type { AuthenticatorId, Username } from '@gakumon/terms';
import type { TotpAuthenticator, WebauthnAuthenticator } from '../../authenticator.ts';
import type { AuthenticationFact } from '../../facts.ts';
import type { Proofs } from '../decideAuthn.ts';

/** Facts, authenticators and proofs for tests. */
const common = { address: '192.0.2.1', passwordVersion: undefined };

export function password(at: number): AuthenticationFact {
  return { ...common, authenticator: 'password', at };
}

export function totp(at: number, id = 'phone', ...traits: 'shared'[]): AuthenticationFact {
  return { ...common, authenticator: 'totp', at, id: id as AuthenticatorId, traits };
}

export function webauthn(at: number, id = 'key', ...traits: ('user-verified' | 'synced')[]): AuthenticationFact {
  return { ...common, authenticator: 'webauthn', at, id: id as AuthenticatorId, traits };
}

export function passkey(at: number, id = 'passkey', ...traits: 'synced'[]): AuthenticationFact {
  return webauthn(at, id, 'user-verified', ...traits);
}

export function proofs(username: string, facts: readonly AuthenticationFact[], usedAt: readonly number[] = []): Proofs {
  return { username: username as Username, facts, usedAt };
}

const owned = { createdAt: 0, lastUsed: undefined };

export function ownTotp(id = 'phone', isShared = false): TotpAuthenticator {
  return {
    ...owned,
    kind: 'totp',
    id: id as AuthenticatorId,
    name: id,
    secret: 'GEZDGNBVGY3TQOJQ',
    origin: 'enrolled',
    isShared,
    drift: 0,
  };
}

export function ownKey(id = 'key', { canVerifyUser = false, isBackedUp = false } = {}): WebauthnAuthenticator {
  return {
    ...owned,
    kind: 'webauthn',
    id: id as AuthenticatorId,
    name: id,
    credentialId: id,
    publicKey: '',
    counter: 0,
    transports: [],
    aaguid: '00000000-0000-0000-0000-000000000000',
    isBackupEligible: isBackedUp,
    isBackedUp,
    canVerifyUser,
  };
}
