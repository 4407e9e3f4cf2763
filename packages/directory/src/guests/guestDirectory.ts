import { type AccountState, type Clock, GakumonError, type Person, type Username } from '@gakumon/terms';
import { makeDummyHash, passwordVersionOf } from '../fileDirectory.ts';
import type { HashingQueue } from '../hashingQueue.ts';
import { hashPassword, matchesHash, passwordOctets } from '../password.ts';
import { defaultCost, parsePasswordHash, type ScryptCost } from '../passwordHash.ts';
import { closureByDate } from '../people/closureByDate.ts';
import type { Directory, Guest, GuestRecords, KeptGuest, PasswordChange, VerifyOptions } from '../ports.ts';
import { findWeakness, guestPasswordRules } from './findWeakness.ts';

/** What the directory of guests stands on. */
export type GuestGround = {
  readonly records: GuestRecords;
  readonly queue: HashingQueue;
  readonly clock: Clock;
  /** What a hash costs; another one than the usual for tests. */
  readonly cost?: ScryptCost;
};

/** Against so many other writers one may lose in a row. */
const mostTries = 5;

/**
 * The directory over the guests in the records. They change their passwords here.
 * @param name the directory's name in gakumon.yaml
 * @returns a directory whose methods throw GakumonError as the records do, `busy` when too many logins wait, and
 *   `document-invalid` for a guest whose hash is none
 */
export function createGuestDirectory(
  name: string,
  { records, queue, clock, cost = defaultCost }: GuestGround,
): Directory {
  const toPerson = (guest: Guest): Person => ({
    username: guest.username,
    directory: name,
    passwordVersion: passwordVersionOf(guest.passwordHash),
    account: accountOf(guest, clock()),
    groups: guest.groups,
    attributes: guest.attributes,
  });

  /** The guest whose password this is, for the same work when there is none. */
  async function check(username: Username, password: string, who?: VerifyOptions): Promise<KeptGuest | undefined> {
    const octets = passwordOctets(password);
    if (octets === undefined) return undefined;
    const kept = await records.find(username);
    const hash = kept === undefined ? makeDummyHash(username, [cost]) : requireHash(kept.guest);
    const matches = await queue(() => matchesHash(octets, hash), who);
    return matches ? kept : undefined;
  }

  async function change(username: Username, current: string, next: string): Promise<PasswordChange> {
    let kept = await check(username, current);
    if (kept === undefined) return { kind: 'rejected' };
    const { passwordHash: seen } = kept.guest;
    if (accountOf(kept.guest, clock()).closed) return { kind: 'refused', refusal: 'not-allowed' };
    const weakness = findWeakness(next, { username, current });
    if (weakness !== undefined) return { kind: 'refused', refusal: weakness };
    const passwordHash = await queue(() => hashPassword(next, cost));
    for (let tries = 0; tries < mostTries; tries += 1) {
      // Somebody else was given a new password meanwhile, or it is that of nobody any more
      if (kept?.guest.passwordHash !== seen) return { kind: 'rejected' };
      const guest = { ...kept.guest, passwordHash, mustChangePassword: false };
      if (await records.replace(guest, kept.revision)) return { kind: 'changed', person: toPerson(guest) };
      kept = await records.find(username);
    }
    throw new GakumonError('store-unavailable', { detail: `the guest ${username} is written all the time` });
  }

  return {
    name,
    async find(username) {
      const kept = await records.find(username);
      return kept && toPerson(kept.guest);
    },
    async verifyPassword(username, password, options) {
      const kept = await check(username, password, options);
      return kept === undefined ? { kind: 'rejected' } : { kind: 'accepted', person: toPerson(kept.guest) };
    },
    changePassword: (username, { current, next }) => change(username, current, next),
    passwordPlace: { at: 'here' },
    passwordRules: guestPasswordRules,
    async *listUsernames() {
      for (const { username } of await records.list()) yield username;
    },
  };
}

function accountOf({ expiresAt, mustChangePassword }: Guest, now: number): AccountState {
  const closed = closureByDate({ expiresAt }, now);
  return { ...(closed && { closed }), ...(mustChangePassword && { password: { kind: 'must-change' } }) };
}

function requireHash({ username, passwordHash }: Guest) {
  const hash = parsePasswordHash(passwordHash);
  if (hash === undefined)
    throw new GakumonError('document-invalid', { detail: `password hash of the guest ${username}` });
  return hash;
}
