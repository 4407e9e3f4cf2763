import type { Authenticator } from '@gakumon/mfa';
import { weighFacts } from '../factors/weighFacts.ts';
import type { KnownProofs } from './findProofs.ts';
import { identifies } from './standingOf.ts';

/**
 * What is known of a visitor, weighed against what the person has now: a session may have been written while an
 * authenticator was removed, or before its secret was shown once more. Nobody is known where nothing is left that tells
 * who they are. Pure.
 * @param authenticators of the person whom it is about
 */
export function weighKnown(known: KnownProofs, authenticators: readonly Authenticator[]): KnownProofs {
  const { person, attempt, session } = known;
  const isOwn = session?.username === person?.username;
  const ofSession = session && isOwn ? withFacts(session, weighFacts(session.facts, authenticators)) : session;
  const kept = ofSession?.facts.some(identifies) ? ofSession : undefined;
  const ofAttempt = attempt && withFacts(attempt, weighFacts(attempt.facts, authenticators));
  if (ofAttempt === undefined) return { ...known, session: kept, person: kept && person };
  const rests = ofAttempt.facts.some(identifies) || (ofAttempt.facts.length > 0 && isOwn && kept !== undefined);
  if (rests) return { ...known, attempt: ofAttempt, session: kept };
  return isOwn && kept !== undefined
    ? { ...known, attempt: undefined, session: kept }
    : { ...known, attempt: undefined, session: undefined, person: undefined };
}

const withFacts = <T extends { readonly facts: KnownFacts }>(proved: T, facts: KnownFacts): T => ({ ...proved, facts });
type KnownFacts = NonNullable<KnownProofs['session']>['facts'];
