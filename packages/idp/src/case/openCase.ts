import { randomInt } from 'node:crypto';
import { type AttemptId, type CaseReference, isGakumonError } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { Case, CaseEvent } from '../ports.ts';

// No I, L, O, U, 0, 1: references are read out over the telephone.
const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

/** What is known about the one who was refused. */
export type CaseSubject = {
  readonly serviceProvider?: string | undefined;
  readonly username?: string | undefined;
  readonly address?: string | undefined;
  /** The login that it was in, and what led to it (`caseContextOf`). */
  readonly attempt?: AttemptId | undefined;
  readonly timeline?: readonly CaseEvent[] | undefined;
};

/** A reference such as `K7Q2-9F`. */
export function newCaseReference(): CaseReference {
  const letters = Array.from({ length: 6 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4)}` as CaseReference;
}

/**
 * Records a refusal under a fresh reference. An error that is not ours becomes `internal`. When the store of cases is
 * away the case is still returned, for the page and the log; one about a store that is away is not tried to be stored.
 */
export async function openCase(idp: Pick<Idp, 'cases' | 'clock'>, error: unknown, about: CaseSubject): Promise<Case> {
  const entry: Case = {
    reference: newCaseReference(),
    at: idp.clock(),
    code: isGakumonError(error) ? error.code : 'internal',
    detail: isGakumonError(error) ? error.detail : undefined,
    serviceProvider: about.serviceProvider,
    username: about.username,
    address: about.address,
    attempt: about.attempt,
    timeline: about.timeline,
  };
  // Whoever waited for a store in vain would wait a second time
  if (entry.code !== 'store-unavailable') await idp.cases.record(entry).catch(() => undefined);
  return entry;
}
