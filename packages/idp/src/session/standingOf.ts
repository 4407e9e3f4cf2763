import type { Directory } from '@gakumon/directory';
import { endsSessions, type Person } from '@gakumon/terms';
import type { AuthenticationFact } from '../ports.ts';
import { ofPerson } from './ofPerson.ts';

/** What was proved before, as it counts now. */
export type Standing =
  | {
      readonly kind: 'stands';
      readonly person: Person;
      /** Those that still count; one at least. */
      readonly facts: readonly AuthenticationFact[];
    }
  /** Nothing of it counts any more; why, for staff. */
  | { readonly kind: 'fallen'; readonly reason: string };

/**
 * Decides whether what was proved still counts, as the directory knows the person now: not for somebody who has left or
 * is disabled, nothing that somebody of another directory proved who has the same name, and no password that was changed
 * since, with what was proved on the strength of it. Pure.
 * @param directories those that are configured
 */
export function standingOf(
  facts: readonly AuthenticationFact[],
  person: Person | undefined,
  directories: readonly Pick<Directory, 'name'>[],
): Standing {
  if (person === undefined) return { kind: 'fallen', reason: 'person unknown' };
  const { closed } = person.account;
  if (closed !== undefined && endsSessions(closed)) return { kind: 'fallen', reason: `account ${closed.reason}` };
  const own = ofPerson(facts, person, directories);
  if (facts.length > 0 && own.length === 0) {
    return { kind: 'fallen', reason: `the name is somebody else's now, of directory ${person.directory}` };
  }
  const counting = withoutOutdated(own, person);
  if (counting.length > 0) return { kind: 'stands', person, facts: counting };
  return { kind: 'fallen', reason: facts.length > 0 ? 'password changed' : 'nothing proved' };
}

/** The same of a session: one in which nothing is left that tells who somebody is has fallen too. */
export function standingOfSession(
  facts: readonly AuthenticationFact[],
  person: Person | undefined,
  directories: readonly Pick<Directory, 'name'>[],
): Standing {
  const standing = standingOf(facts, person, directories);
  if (standing.kind === 'fallen' || standing.facts.some(identifies)) return standing;
  return { kind: 'fallen', reason: 'nothing proved' };
}

/** Whether a proof tells by itself who somebody is: a second factor is asked of a person who is known already. */
export function identifies({ authenticator, traits }: AuthenticationFact): boolean {
  return authenticator === 'password' || (authenticator === 'webauthn' && (traits ?? []).includes('user-verified'));
}

/**
 * Whoever had the old password may have had a code read out to them as well. So with it falls what was proved after it,
 * until the new one is proved; what stood before it, without any password, stands.
 */
function withoutOutdated(
  facts: readonly AuthenticationFact[],
  { passwordVersion }: Person,
): readonly AuthenticationFact[] {
  const isOutdated = (fact: AuthenticationFact) =>
    fact.passwordVersion !== undefined && fact.passwordVersion !== passwordVersion;
  const outdated = facts.filter(isOutdated).map(({ at }) => at);
  if (outdated.length === 0) return facts;
  const before = facts.filter(({ at }) => at < Math.min(...outdated));
  const renewed = facts.filter((fact) => fact.authenticator === 'password' && !isOutdated(fact)).map(({ at }) => at);
  const since = Math.min(...renewed.filter((at) => at >= Math.max(...outdated)));
  return [...(before.some(identifies) ? before : []), ...facts.filter((fact) => fact.at >= since && !isOutdated(fact))];
}
