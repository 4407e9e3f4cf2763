import { sourceDigest } from '@gakumon/attributes';
import { withDepartures } from '@gakumon/directory';
import { acceptPassword, continueSso, type Departure, type Departures, type Idp } from '@gakumon/idp';
import { noAuthenticators } from '@gakumon/mfa';
import type { SealedRecords } from '@gakumon/stores';
import { hours, type Username } from '@gakumon/terms';
import { fixedClock, pretendSp } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { afterwards, ask, browser, logIn, makeDirectory, makeTestIdp, password } from '../signOn/testIdp.ts';
import { blockedUntil, registerDepartures } from './departureOrders.ts';
import { type DepartureWatch, watchDepartures } from './departureWatch.ts';
import { forgetDeparted } from './forgetDeparted.ts';

const hanako = 's1234567' as Username;
/** Half an hour before midnight of 31 March in Japan. */
const lateInMarch = Date.parse('2027-03-31T14:30Z');
const midnight = Date.parse('2027-03-31T15:00Z');

/** An IdP whose one person leaves at midnight, signed in half an hour before. */
async function onTheLastEvening(as: 'gone' | 'alumni') {
  const clock = fixedClock(lateInMarch);
  const sp = pretendSp({ clock });
  const local = await makeDirectory('local', hanako, password);
  let watch: DepartureWatch | undefined;
  const directory = withDepartures(local, (username) => watch?.departureOf(username));
  const made = await makeTestIdp([sp], { clock, directories: [directory] });
  const { departures, sealed } = made.idp as Idp as Idp & { departures: Departures; sealed: SealedRecords };
  const desk = { idp: made.idp as never, departures };
  const leaving = { username: hanako, at: midnight, as, blockedUntil: blockedUntil(midnight), identifiers: ['digest'] };
  const ended = await registerDepartures(desk, [leaving]);
  watch = await watchDepartures(departures, clock);
  const visitor = afterwards(await logIn(made.idp, (await ask(made.idp, sp)).attempt));
  const next = async () => continueSso(made.idp, (await ask(made.idp, sp)).attempt, visitor);
  return { ...made, sp, clock, departures, sealed, visitor, next, ended, desk, leaving };
}

describe('the night of 31 March', () => {
  test('nobody does anything at midnight: the session of who is gone ends, and the right password is told why', async () => {
    const { next, clock, idp, sp, ended } = await onTheLastEvening('gone');
    expect(ended).toBe(0);
    clock.advance(midnight - 1 - clock());
    expect((await next()).kind).toBe('deliver');
    clock.advance(1);
    expect((await next()).kind).toBe('login');
    const { attempt } = await ask(idp, sp);
    const typed = { username: hanako, password };
    await expect(acceptPassword(idp, attempt, browser, typed)).rejects.toMatchObject({ code: 'account-left' });
    await expect(acceptPassword(idp, attempt, browser, { ...typed, password: 'wrong' })).rejects.toMatchObject({
      code: 'credentials-wrong',
    });
  });

  test('the session of an alumnus goes on', async () => {
    const { next, clock } = await onTheLastEvening('alumni');
    clock.advance(midnight - clock());
    expect((await next()).kind).toBe('deliver');
  });

  test('who is gone already loses the sessions at once', async () => {
    const { next, desk, leaving, clock, events, revoked } = await onTheLastEvening('gone');
    expect(await registerDepartures(desk, [{ ...leaving, at: clock() - 1 }])).toBe(1);
    expect(revoked.map(({ username }) => username)).toContain(hanako);
    expect((await next()).kind).toBe('login');
    expect(events.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['departed', 'sessions-ended']));
  });
});

describe('the stored identifiers of the departed', () => {
  const sp = 'https://one.example.org/sp';
  const generator = { kind: 'stored', name: 'kept', source: 'employeeNumber', first: 'random' } as const;
  /** Those that are still in force so many days after somebody left whose number is E-1; some were drawn under another name. */
  const leftAfter = async (days: number, changes: Partial<Departure>) => {
    const { sealed, clock, departures, idp: made, leaving } = await onTheLastEvening('gone');
    const { persistent: computed } = made.identifierGenerators;
    const identifierGenerators = { targetedId: generator, pairwiseId: computed, persistent: undefined };
    const idp = { ...made, identifierGenerators } as Idp;
    const { entityId: localEntity, storedIds } = idp;
    const drawn = { localEntity, peerProvidedId: undefined, creationDate: 0, deactivationDate: undefined };
    for (const [persistentId, localId, principalName, peerEntity] of [
      ['A', 'E-1', hanako, sp],
      ['B', 'E-1', 'her-former-name', `${sp}/2`],
      ['C', 'E-2', hanako, `${sp}/3`],
    ] as const)
      await storedIds.add({ ...drawn, persistentId, localId, principalName, peerEntity });
    await departures.put([{ ...leaving, identifiers: [sourceDigest('employeeNumber', 'E-1')], ...changes }]);
    clock.advance(midnight + hours(24 * days) - clock());
    await forgetDeparted({ idp, departures, sealed });
    const all = await Promise.all(['A', 'B', 'C'].map((value) => storedIds.findByValue(value)));
    return all.flat().flatMap((one) => (one.deactivationDate === undefined ? [one.persistentId] : []));
  };

  test.each([
    ['stay for 30 days, so that a mistake can be taken back', 29, {}, ['A', 'B', 'C']],
    ['end then, by what they start from: whoever has the number next draws new ones', 30, {}, ['C']],
    ['stay with alumni', 60, { as: 'alumni' }, ['A', 'B', 'C']],
    ['stay with whoever goes on under another name', 60, { successor: 'f1' as Username }, ['A', 'B', 'C']],
  ] as const)('%s', async (_, days, changes, left) => {
    expect(await leftAfter(days, changes)).toEqual(left);
  });
});

describe('what the departed enrolled', () => {
  const totp = {
    kind: 'totp',
    id: 'card' as never,
    name: 'card',
    createdAt: 0,
    lastUsed: undefined,
    drift: 0,
    origin: 'card',
    secret: 'JBSWY3DPEHPK3PXP',
    isShared: false,
  } as const;
  const forgetAfter = async (as: 'gone' | 'alumni', days: number) => {
    const rig = await onTheLastEvening(as);
    await rig.idp.authenticators.change(hanako, () => ({ ...noAuthenticators, authenticators: [totp] }));
    await rig.idp.places.note(hanako, { browser: 'b', network: 'n' }, rig.clock());
    rig.clock.advance(midnight + hours(24 * days) - rig.clock());
    await forgetDeparted({ ...rig.desk, sealed: rig.sealed });
    const { authenticators } = await rig.idp.authenticators.find(hanako);
    const place = await rig.idp.places.find(hanako, { browser: 'b', network: 'n' });
    return [authenticators.length, place.browser];
  };

  test('is kept for 30 days, and then forgotten: a name that is given again begins without', async () => {
    expect(await forgetAfter('gone', 29)).toEqual([1, true]);
    expect(await forgetAfter('gone', 30)).toEqual([0, false]);
  });

  test('stays with alumni', async () => {
    expect(await forgetAfter('alumni', 60)).toEqual([1, true]);
  });
});

test.each([
  ['2027-03-31T15:00Z', '2029-03-31T15:00Z'],
  ['2028-02-28T15:00Z', '2030-02-28T15:00Z'],
])('what named somebody who left at %s names nobody else before %s', (at, until) => {
  expect(new Date(blockedUntil(Date.parse(at))).toISOString()).toBe(new Date(until).toISOString());
});
