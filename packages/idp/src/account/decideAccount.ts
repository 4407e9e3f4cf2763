import type { AuthenticationFact } from '@gakumon/mfa';
import type { PasswordState } from '@gakumon/terms';

/** What is known of a password when its person has proved all that is asked for. */
export type AccountQuestion = {
  /** What was proved in this very attempt; a session's facts are none of its business. */
  readonly facts: readonly AuthenticationFact[];
  /** Whether the person has put off the notice that their password will expire. */
  readonly isNoticed: boolean;
  /** Whether no page may be shown (SAML Core 3.4.1, IsPassive). */
  readonly isPassive: boolean;
};

export type AccountDecision =
  | { readonly kind: 'go-on' }
  | { readonly kind: 'change'; readonly state: PasswordState }
  | { readonly kind: 'refuse'; readonly code: 'no-passive' };

/**
 * Decides whether a password has to be dealt with before the login goes on. Only one that was proved in this attempt is
 * judged: sessions that live go on, and who came in by a passkey is not stopped by a password that they did not use. Pure.
 */
export function decideAccount({ facts, isNoticed, isPassive }: AccountQuestion): AccountDecision {
  const state = passwordStateOf(facts);
  if (state === undefined) return { kind: 'go-on' };
  if (mayWait(state)) return isNoticed || isPassive ? { kind: 'go-on' } : { kind: 'change', state };
  return isPassive ? { kind: 'refuse', code: 'no-passive' } : { kind: 'change', state };
}

/** What the directory said of the password that was proved last. */
export function passwordStateOf(facts: readonly AuthenticationFact[]): PasswordState | undefined {
  return facts
    .filter(({ authenticator }) => authenticator === 'password')
    .toSorted((one, other) => one.at - other.at)
    .at(-1)?.passwordState;
}

/** Whether the password that was proved lets nobody in before it is changed. */
export function mustChangeFirst(facts: readonly AuthenticationFact[]): boolean {
  const state = passwordStateOf(facts);
  return state !== undefined && !mayWait(state);
}

/** Whether the password still lets its person in; a state that only the next release knows does not. */
export const mayWait = ({ kind }: PasswordState): boolean => kind === 'expires';
