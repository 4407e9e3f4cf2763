import type { Authenticator, FactTrait } from '@gakumon/mfa';
import type { Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { pendingLoginLifetime } from '../login/acceptPassword.ts';
import type { SsoAttempt, Visitor } from '../types.ts';

/** Keeps in the pending login of this attempt and browser what somebody proved with an authenticator of theirs. */
export async function keepFact(
  idp: Pick<Idp, 'pendingLogins' | 'clock'>,
  attempt: Pick<SsoAttempt, 'id'>,
  visitor: Pick<Visitor, 'browser' | 'address'>,
  proved: {
    readonly username: Username;
    readonly authenticator: Pick<Authenticator, 'id' | 'kind'>;
    readonly traits: readonly FactTrait[];
  },
): Promise<void> {
  const at = idp.clock();
  const { username, authenticator, traits } = proved;
  await idp.pendingLogins.appendFact(
    { attempt: attempt.id, browser: visitor.browser, username, expiresAt: at + pendingLoginLifetime },
    {
      authenticator: authenticator.kind,
      at,
      address: visitor.address,
      passwordVersion: undefined,
      id: authenticator.id,
      traits,
    },
  );
}
