import type { AuthenticatorId, Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { directoriesFor, lockoutFor } from '../login/directoriesFor.ts';
import { peekSlots } from '../login/lockoutSlots.ts';
import { accountLimit, bucketOf, codeLimits } from '../login/throttle.ts';
import { subjectsOfAuthenticator, subjectsOfPerson } from './guessing.ts';

/** How often somebody was wrong in a window that is open, and how often they may be. */
export type Hold = {
  /** `codes`: those of all authenticators together. `lock-out`: passwords that the directory was asked about. */
  readonly about: 'password' | 'lock-out' | 'codes' | AuthenticatorId;
  /** `directory`: as long as that of the directory's lock-out; `resetsAt` is when the first may be tried again. */
  readonly window: 'short' | 'day' | 'directory';
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
  idp: Pick<Idp, 'throttles' | 'sealingKeys' | 'clock' | 'directories'>,
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
  const lockout = lockoutFor(directoriesFor(idp, username));
  const slots = lockout && (await peekSlots(idp, username, lockout));
  const ofDirectory = slots === undefined ? [] : [{ about: 'lock-out', window: 'directory', ...slots } as const];
  return [...holds, ...ofDirectory].filter(({ count }) => count > 0);
}
