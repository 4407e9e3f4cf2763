import type { Person } from '@gakumon/terms';
import type { AuthenticationFact } from '../ports.ts';

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
 * is disabled, and no password that was changed since. Pure.
 */
export function standingOf(facts: readonly AuthenticationFact[], person: Person | undefined): Standing {
  if (person === undefined) return { kind: 'fallen', reason: 'person unknown' };
  if (person.isDisabled) return { kind: 'fallen', reason: 'account disabled' };
  const counting = facts.filter(
    ({ passwordVersion }) => passwordVersion === undefined || passwordVersion === person.passwordVersion,
  );
  if (counting.length > 0) return { kind: 'stands', person, facts: counting };
  return { kind: 'fallen', reason: facts.length > 0 ? 'password changed' : 'nothing proved' };
}
