import { type Guest, type GuestRecords, hashPassword, type KeptGuest } from '@gakumon/directory';
import { endSessionsOfPerson, type HistoryEvent } from '@gakumon/idp';
import { GakumonError, hours, type Person, type Username } from '@gakumon/terms';
import { toDeparture } from '../people/departureOrders.ts';
import type { Identification } from '../people/readIdentification.ts';
import type { OpenStaffIdp } from '../stores/openStaffIdp.ts';
import { newInitialPassword } from './newInitialPassword.ts';

/** What staff's orders about guests stand on. */
export type GuestDesk = Pick<OpenStaffIdp, 'idp' | 'departures'> & {
  readonly records: GuestRecords;
  /** Who somebody is, in any directory. @throws GakumonError `directory-unavailable`: then nobody knows whether a name is free */
  readonly find: (username: Username) => Promise<Person | undefined>;
};

/** A guest as staff want them. */
export type WantedGuest = Pick<Guest, 'username' | 'sponsor' | 'expiresAt' | 'groups' | 'attributes'>;

/** A guest, and the password that was given out: nobody can read it again. */
export type GivenPassword = { readonly guest: Guest; readonly password: string };

/** The longest that somebody answers for a guest at a time. */
const longestStay = hours(24 * 366);
/** Against so many other writers one may lose in a row. */
const mostTries = 5;

/**
 * Makes the account of a guest, whose password has to be changed at the first login.
 * @throws GakumonError `guest-exists` when a directory knows the name already; `guest-refused`; `person-not-found` for the
 *   sponsor; `directory-unavailable`, `store-unavailable`
 */
export async function addGuest(desk: GuestDesk, wanted: WantedGuest): Promise<GivenPassword> {
  const { username, sponsor, expiresAt } = wanted;
  const now = desk.idp.clock();
  requireStay(expiresAt, now);
  await requireSponsor(desk, sponsor, username);
  await requireFreeName(desk, username, now);
  const password = newInitialPassword();
  const guest: Guest = {
    ...wanted,
    passwordHash: await hashPassword(password),
    mustChangePassword: true,
    createdAt: now,
  };
  if (!(await desk.records.replace(guest, undefined))) throw taken(`there is a guest ${username} already`);
  note(desk, 'guest-added', username, `until ${new Date(expiresAt).toISOString()}; ${sponsor} answers for it`);
  return { guest, password };
}

/**
 * Moves the end of a guest's account.
 * @param sponsor who answers from now on; undefined: whoever did
 * @throws GakumonError `guest-not-found`, and as `addGuest`
 */
export async function extendGuest(
  desk: GuestDesk,
  username: Username,
  { expiresAt, sponsor }: { readonly expiresAt: number; readonly sponsor: Username | undefined },
): Promise<Guest> {
  requireStay(expiresAt, desk.idp.clock());
  const { guest: before } = await requireGuest(desk.records, username);
  await requireSponsor(desk, sponsor ?? before.sponsor, username);
  const guest = await changeGuest(desk.records, username, (now) => ({
    ...now,
    expiresAt,
    sponsor: sponsor ?? now.sponsor,
  }));
  note(desk, 'guest-extended', username, `until ${new Date(expiresAt).toISOString()}; ${guest.sponsor} answers for it`);
  return guest;
}

/** Gives a guest a new initial password, and ends the sessions. @throws GakumonError `guest-not-found`, `store-unavailable` */
export async function givePassword(desk: GuestDesk, username: Username): Promise<GivenPassword> {
  await requireGuest(desk.records, username);
  const password = newInitialPassword();
  const passwordHash = await hashPassword(password);
  const guest = await changeGuest(desk.records, username, (now) => ({
    ...now,
    passwordHash,
    mustChangePassword: true,
  }));
  note(desk, 'guest-password-given', username, 'gakumon guest password');
  await endSessionsOfPerson(desk.idp, username, { actor: 'operator', detail: 'gakumon guest password' });
  return { guest, password };
}

/**
 * Takes a guest away, and ends the sessions. What named the guest names nobody else for 24 months.
 * @throws GakumonError `guest-not-found`, `store-unavailable`
 */
export async function removeGuest(desk: GuestDesk, username: Username, identify: Identification): Promise<void> {
  await requireRecord(desk.records, username);
  const at = desk.idp.clock();
  const person = await desk.find(username).catch(() => undefined);
  const named = person ?? nameAlone(username);
  // Before the guest goes: whoever is broken off in between does it again
  await desk.departures.put([toDeparture({ person: named, at, as: 'gone' }, identify)]);
  // A record that no key opens can be removed too
  if (!(await desk.records.remove(username))) throw unknown(username);
  note(desk, 'guest-removed', username, 'gakumon guest remove');
  await endSessionsOfPerson(desk.idp, username, { actor: 'operator', detail: 'gakumon guest remove' });
}

/** A record that no key opens is one too. */
async function requireRecord(records: GuestRecords, username: Username): Promise<void> {
  const isThere = await records.find(username).then(
    (kept) => kept !== undefined,
    () => true,
  );
  if (!isThere) throw unknown(username);
}

/** One whose record cannot be opened. */
const nameAlone = (username: Username): Person => ({
  username,
  directory: '',
  passwordVersion: undefined,
  account: {},
  groups: [],
  attributes: {},
});

async function changeGuest(records: GuestRecords, username: Username, edit: (now: Guest) => Guest): Promise<Guest> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const kept = await requireGuest(records, username);
    const next = edit(kept.guest);
    if (await records.replace(next, kept.revision)) return next;
  }
  throw new GakumonError('store-unavailable', { detail: `the guest ${username} is written all the time` });
}

async function requireGuest(records: GuestRecords, username: Username): Promise<KeptGuest> {
  const kept = await records.find(username);
  if (kept === undefined) throw unknown(username);
  return kept;
}

function requireStay(expiresAt: number, now: number): void {
  if (expiresAt <= now) throw refused('the account would be over already', 'say a day to come with --until');
  if (expiresAt > now + longestStay) {
    throw refused('a guest stays for a year at most', 'gakumon guest extend gives more time when it is needed');
  }
}

async function requireSponsor(
  { find, departures, idp }: GuestDesk,
  sponsor: Username,
  username: Username,
): Promise<void> {
  if (sponsor === username) throw refused('nobody answers for themselves');
  const person = await find(sponsor);
  if (person === undefined) {
    throw new GakumonError('person-not-found', { detail: `nobody is called ${sponsor} in the directories` });
  }
  const { closed } = person.account;
  if (closed !== undefined && closed.reason !== 'locked') throw refused(`the account of ${sponsor} is closed`);
  const left = (await departures.list(idp.clock())).find((one) => one.username === sponsor);
  if (left !== undefined && left.at <= idp.clock()) throw refused(`${sponsor} has left the university`);
}

async function requireFreeName({ find, departures }: GuestDesk, username: Username, now: number): Promise<void> {
  const person = await find(username);
  if (person !== undefined) throw taken(`the directory ${person.directory} knows ${username} already`);
  const left = (await departures.list(now)).find((one) => one.username === username);
  if (left === undefined) return;
  const until = new Date(left.blockedUntil).toISOString().slice(0, 10);
  throw taken(`${username} was somebody who has left: nobody else is called that before ${until}`);
}

const refused = (detail: string, hint?: string): GakumonError =>
  new GakumonError('guest-refused', { detail, ...(hint === undefined ? {} : { hint }) });
const unknown = (username: Username): GakumonError =>
  new GakumonError('guest-not-found', { detail: `no guest is called ${username}` });
const taken = (detail: string): GakumonError => new GakumonError('guest-exists', { detail });

function note(
  { idp }: Pick<GuestDesk, 'idp'>,
  kind: Extract<HistoryEvent['kind'], `guest-${string}`>,
  username: Username,
  detail: string,
): void {
  idp.history.append({
    id: idp.newId(),
    at: idp.clock(),
    kind,
    username,
    actor: 'operator',
    serviceProvider: undefined,
    session: undefined,
    address: undefined,
    detail,
  });
}
