import type { AuthenticatorId, Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { accountLimit, bucketOf, codeLimits } from '../login/throttle.ts';
import { subjectsOfAuthenticator, subjectsOfPerson } from './guessing.ts';

/** How often somebody was wrong in a window that is open, and how often they may be. */
export type Hold = {
  /** `codes`: those of all authenticators together. */
  readonly about: 'password' | 'codes' | AuthenticatorId;
  readonly window: 'short' | 'day';
  readonly count: number;
  readonly limit: number;
  /** Milliseconds. */
  readonly resetsAt: number;
};

/**
 * What is counted against a person now, for staff; nothing is counted by asking.
 * @param ids of the person's authenticators
 * @throws GakumonError `store-unavailable`
 */
export async function listHolds(
  idp: Pick<Idp, 'throttles' | 'sealingKeys' | 'clock'>,
  username: Username,
  ids: readonly AuthenticatorId[],
): Promise<readonly Hold[]> {
  const asked = [
    { about: 'password' as const, subject: { kind: 'account' as const, value: username } },
    ...ids.flatMap((id) => subjectsOfAuthenticator(username, id).map((subject) => ({ about: id, subject }))),
    ...subjectsOfPerson(username).map((subject) => ({ about: 'codes' as const, subject })),
  ];
  const limits = { account: accountLimit, ...codeLimits };
  const holds = await Promise.all(
    asked.map(async ({ about, subject }): Promise<Hold> => {
      const window = subject.kind.endsWith('-day') ? 'day' : 'short';
      const limit = limits[subject.kind];
      return { about, window, limit, ...(await idp.throttles.peek(bucketOf(idp, subject), idp.clock())) };
    }),
  );
  return holds.filter(({ count }) => count > 0);
}
