import {
  type AuthenticatorOwner,
  acceptOtp,
  beginAssertion,
  beginTotp,
  exportTotp,
  findOwner,
  findSession,
  type Idp,
  listAuthenticators,
  preferAuthenticator,
  removeAuthenticator,
  renameAuthenticator,
  resetAuthenticators,
  showAuthenticator,
  tryAssertion,
  tryOtp,
} from '@gakumon/idp';
import { GakumonError, minutes } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import {
  attemptOf,
  beginLogin,
  campusPolicy,
  codeNow,
  codeOf,
  givePasskey,
  giveTotp,
  guess,
  here,
  onCampus,
  openSession,
  other,
  ownerOf,
  provedIn,
  type Rig,
  secret,
  student,
  wrongCode,
} from './factorsRig.ts';
import { browser } from './testIdp.ts';

/** Somebody who has just proved an app for one-time codes, and so may look after all of them. */
async function begin() {
  const rig = await beginLogin();
  const authenticator = await giveTotp(rig.idp);
  await acceptOtp(rig.idp, rig.attempt, browser, { authenticator, code: codeNow(rig.clock) });
  return { ...rig, authenticator, owner: await ownerOf(rig) };
}
type WithOwner = Rig & { readonly owner: AuthenticatorOwner };

const recordOf = ({ idp }: Pick<Rig, 'idp'>) => idp.authenticators.find(student);
const namesOf = async ({ idp, owner }: WithOwner) =>
  (await listAuthenticators(idp, owner.person)).map(({ name }) => name);

describe('a name', () => {
  test.each([
    ['  My   phone ', 'My phone'],
    ['a\u0000b\u202ec\n', 'a b c'],
    ['𠮷'.repeat(80), '𠮷'.repeat(60)],
    [' ', 'App'],
    ['Tablet', 'Tablet 2'],
    ['<b>bold</b>', '<b>bold</b>'],
  ])('%j becomes %j', async (typed, name) => {
    const at = await begin();
    await giveTotp(at.idp, student, 'Tablet');
    expect(await renameAuthenticator(at.idp, at.owner, at.authenticator, typed)).toMatchObject({ name });
  });
  test('that many have at once is one of each', async () => {
    const at = await begin();
    const second = await giveTotp(at.idp);
    const third = await giveTotp(at.idp);
    const ids = [at.authenticator, second, third];
    await Promise.all(ids.map((id) => renameAuthenticator(at.idp, at.owner, id, 'Phone')));
    expect((await namesOf(at)).toSorted()).toEqual(['Phone', 'Phone 2', 'Phone 3']);
  });
  test('attack: to rename one that is removed at the same time does not bring it back', async () => {
    const at = await begin();
    await Promise.allSettled([
      removeAuthenticator(at.idp, at.owner, at.authenticator),
      renameAuthenticator(at.idp, at.owner, at.authenticator, 'again'),
    ]);
    expect((await recordOf(at)).authenticators).toEqual([]);
    expect(await codeOf(renameAuthenticator(at.idp, at.owner, at.authenticator, 'x'))).toBe('authenticator-not-found');
  });
  test('attack: that of somebody else is not to be changed, removed, shown or preferred', async () => {
    const at = await begin();
    const theirs = await giveTotp(at.idp, other);
    for (const done of [
      renameAuthenticator(at.idp, at.owner, theirs, 'mine'),
      removeAuthenticator(at.idp, at.owner, theirs),
      exportTotp(at.idp, at.owner, theirs),
      preferAuthenticator(at.idp, at.owner, theirs),
    ]) {
      expect(await codeOf(done)).toBe('authenticator-not-found');
    }
    expect((await at.idp.authenticators.find(other)).authenticators).toMatchObject([{ name: 'App', isShared: false }]);
  });
});

describe('the order of the offer', () => {
  test('is the preferred one, the one used last, then as the policy says', async () => {
    const at = await begin();
    const unused = await giveTotp(at.idp, student, 'Card');
    at.clock.advance(minutes(1));
    await givePasskey(at);
    expect(await namesOf(at)).toEqual(['Passkey', 'App', 'Card']);
    await preferAuthenticator(at.idp, at.owner, unused);
    expect(await namesOf(at)).toEqual(['Card', 'Passkey', 'App']);
    await removeAuthenticator(at.idp, at.owner, unused);
    expect((await recordOf(at)).preferred).toBeUndefined();
  });
  test('nothing secret is in what is shown', async () => {
    const at = await begin();
    await givePasskey(at);
    const shown = JSON.stringify((await listAuthenticators(at.idp, at.owner.person)).map(showAuthenticator));
    const { authenticators } = await recordOf(at);
    const passkey = authenticators.find((one) => one.kind === 'webauthn');
    expect(passkey?.kind === 'webauthn' && shown.includes(passkey.publicKey)).toBe(false);
    expect(shown).not.toContain(secret);
  });
});

describe('removing', () => {
  test('ends the other sessions that were proved with it, and no others', async () => {
    const at = await begin();
    const mine = await openSession(at, 'mine', [at.authenticator]);
    const stolen = await openSession(at, 'stolen', [at.authenticator]);
    const plain = await openSession(at, 'plain');
    const owner = { ...at.owner, session: (await findOwner(at.idp, mine, undefined)).session };
    const { removed, left } = await removeAuthenticator(at.idp, owner, at.authenticator);
    expect({ name: removed.name, left }).toEqual({ name: 'App', left: 0 });
    const alive = await Promise.all(
      [mine, stolen, plain].map(async ({ session }) => session && (await findSession(at.idp, session)) !== undefined),
    );
    expect(alive).toEqual([true, false, true]);
    expect(at.revoked).toHaveLength(1);
    expect(at.events.filter(({ kind }) => kind === 'authenticator-removed')).toMatchObject([
      { username: student, actor: 'person', address: browser.address, detail: 'totp: App' },
    ]);
  });
  test('attack: a login that was proved with it, and not finished, begins no session', async () => {
    const at = await begin();
    expect(await provedIn(at)).toEqual(['password', 'totp']);
    await resetAuthenticators(at.idp, student, { actor: 'operator' });
    const owner = await ownerOf(at);
    expect(owner.facts.map(({ authenticator }) => authenticator)).toEqual(['password']);
  });
  test('attack: who stole the password does not get rid of what stands in the way', async () => {
    const off = await beginLogin(campusPolicy('any'));
    const id = await giveTotp(off.idp);
    expect(await codeOf(removeAuthenticator(off.idp, await ownerOf(off), id))).toBe('enrolment-not-allowed');
    const first = await beginLogin(campusPolicy('first'), onCampus);
    const there = await giveTotp(first.idp);
    const owner = await ownerOf(first, onCampus);
    expect(await codeOf(removeAuthenticator(first.idp, owner, there))).toBe('enrolment-not-allowed');
  });
  test('who has lost the telephone removes it on campus, where any may be enrolled', async () => {
    const at = await beginLogin(campusPolicy('any'), onCampus);
    const id = await giveTotp(at.idp);
    await removeAuthenticator(at.idp, await ownerOf(at, onCampus), id);
    expect((await recordOf(at)).authenticators).toEqual([]);
  });
  test('that broke off before the sessions were ended is repeated', async () => {
    const at = await begin();
    const stolen = await openSession(at, 'stolen', [at.authenticator]);
    const down = () => Promise.reject(new GakumonError('store-unavailable'));
    const idp: Idp = { ...at.idp, sessions: { ...at.idp.sessions, listOfPerson: down } };
    expect(await codeOf(removeAuthenticator(idp, at.owner, at.authenticator))).toBe('store-unavailable');
    expect(await codeOf(removeAuthenticator(at.idp, at.owner, at.authenticator))).toBe('authenticator-not-found');
    expect(stolen.session && (await findSession(at.idp, stolen.session))).toBeUndefined();
  });
  test('by staff takes all of them, or one', async () => {
    const at = await begin();
    const second = await giveTotp(at.idp, student, 'Tablet');
    const stolen = await openSession(at, 'stolen', [second]);
    const gone = await resetAuthenticators(at.idp, student, { actor: 'operator', detail: 'ID card seen' }, second);
    expect(gone).toMatchObject([{ name: 'Tablet' }]);
    expect(stolen.session && (await findSession(at.idp, stolen.session))).toBeUndefined();
    expect(await resetAuthenticators(at.idp, student, { actor: 'operator' })).toMatchObject([{ name: 'App' }]);
    expect(await resetAuthenticators(at.idp, student, { actor: 'operator' })).toEqual([]);
    expect(at.events.filter(({ kind }) => kind === 'authenticator-removed')[0]?.detail).toContain('ID card seen');
  });
});

describe('exporting', () => {
  test('shows the secret again, which proves no single device from now on', async () => {
    const at = await begin();
    expect(await exportTotp(at.idp, at.owner, at.authenticator)).toMatchObject({ secret });
    expect((await recordOf(at)).authenticators).toMatchObject([{ isShared: true }]);
    expect(at.events.at(-1)).toMatchObject({ kind: 'authenticator-exported', detail: 'totp: App' });
    expect(JSON.stringify(at.events)).not.toContain(secret);
    at.clock.advance(minutes(1));
    await acceptOtp(at.idp, at.attempt, browser, { authenticator: at.authenticator, code: codeNow(at.clock) });
    expect((await ownerOf(at)).facts.at(-1)?.traits).toEqual(['shared']);
  });
  test('attack: takes a fresh proof, and not the password', async () => {
    const at = await beginLogin();
    const id = await giveTotp(at.idp);
    expect(await codeOf(exportTotp(at.idp, await ownerOf(at), id))).toBe('enrolment-not-allowed');
    await acceptOtp(at.idp, at.attempt, browser, { authenticator: id, code: codeNow(at.clock) });
    const owner = await ownerOf(at);
    at.clock.advance(minutes(16));
    expect(await codeOf(exportTotp(at.idp, owner, id))).toBe('enrolment-not-allowed');
    expect((await recordOf(at)).authenticators).toMatchObject([{ isShared: false }]);
  });
  test('a passkey has nothing to export', async () => {
    const at = await begin();
    const { id } = await givePasskey(at);
    expect(await codeOf(exportTotp(at.idp, at.owner, id))).toBe('authenticator-not-found');
  });
});

describe('the secret of the directory', () => {
  async function withFixed() {
    const at = await beginLogin();
    const [local, ...rest] = at.idp.directories();
    if (local === undefined) throw new Error('no directory');
    const fixed = { ...local, totpSecretOf: async (name: string) => (name === student ? secret : undefined) };
    const idp: Idp = { ...at.idp, directories: () => [fixed, ...rest] };
    return { ...at, idp, owner: await ownerOf({ ...at, idp }) };
  }

  test('serves like any other, and nobody changes it from here', async () => {
    const at = await withFixed();
    const [one] = await listAuthenticators(at.idp, at.owner.person);
    if (one === undefined) throw new Error('nothing listed');
    expect(showAuthenticator(one)).toMatchObject({ id: 'directory', kind: 'totp', isFixed: true });
    await acceptOtp(at.idp, at.attempt, browser, { authenticator: one.id, code: codeNow(at.clock) });
    const owner = await ownerOf(at);
    expect(owner.facts.at(-1)).toMatchObject({ authenticator: 'totp', id: 'directory' });
    for (const done of [
      renameAuthenticator(at.idp, owner, one.id, 'mine'),
      removeAuthenticator(at.idp, owner, one.id),
      exportTotp(at.idp, owner, one.id),
    ]) {
      expect(await codeOf(done)).toBe('authenticator-fixed');
    }
    expect(await preferAuthenticator(at.idp, owner, one.id)).toMatchObject({ isFixed: true });
  });
  test('attack: is guessed at no more often than any other', async () => {
    const at = await withFixed();
    const [one] = await listAuthenticators(at.idp, at.owner.person);
    if (one === undefined) throw new Error('nothing listed');
    expect((await guess(at, one.id, 10)).at(-1)).toBe('authenticator-throttled');
  });
  test('attack: who has it has one: the first is not free any more', async () => {
    const at = await withFixed();
    const idp: Idp = { ...at.idp, policy: () => campusPolicy('first') };
    const owner = { ...at.owner, address: onCampus.address };
    expect(await codeOf(beginTotp(idp, owner))).toBe('enrolment-not-allowed');
  });
});

describe('trying', () => {
  test('proves nothing to anybody, and counts like any try', async () => {
    const at = await beginLogin();
    const authenticator = await giveTotp(at.idp);
    const visitor = await openSession(at, 'live');
    await tryOtp(at.idp, visitor, { authenticator, code: codeNow(at.clock) });
    expect((await findOwner(at.idp, visitor, undefined)).facts).toHaveLength(1);
    const wrong = { authenticator, code: wrongCode(at.clock) };
    for (let tries = 0; tries < 9; tries += 1) await tryOtp(at.idp, visitor, wrong).catch(() => undefined);
    expect(await codeOf(tryOtp(at.idp, visitor, wrong))).toBe('authenticator-throttled');
  });
  test('a passkey', async () => {
    const at = await beginLogin();
    const { device } = await givePasskey(at);
    const visitor = await openSession(at, 'live');
    const attempt = attemptOf('trial');
    const { options, challenge } = await beginAssertion(at.idp, attempt, visitor, 'second');
    await tryAssertion(at.idp, attempt, visitor, { challenge, response: device.get(options, here) });
    expect(await provedIn({ idp: at.idp, attempt }, visitor)).toEqual([]);
  });
});
