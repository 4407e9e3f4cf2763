import type { Proofs } from './decideAuthn.ts';

/**
 * What counts of what was proved: that of the attempt wins, and the session adds to it only when it is the same person's.
 * ForceAuthn (SAML Core 3.4.1) looks at the attempt only. Pure.
 */
export function knownProofs(
  { forceAuthn }: { readonly forceAuthn: boolean },
  { attempt, session }: { readonly attempt: Proofs | undefined; readonly session: Proofs | undefined },
): Proofs | undefined {
  if (forceAuthn) return attempt;
  if (attempt === undefined) return session;
  if (session === undefined || session.username !== attempt.username) return attempt;
  return { ...session, facts: [...session.facts, ...attempt.facts] };
}
