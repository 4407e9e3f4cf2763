import {
  acceptOtp,
  acceptPassword,
  continueSso,
  directoryAuthenticator,
  findOwner,
  findSession,
  type Idp,
  listSessions,
  removeAuthenticator,
  tryOtp,
  type Visitor,
} from '@gakumon/idp';
import { defaultPolicy, newTotpSecret } from '@gakumon/mfa';
import { minutes, type SessionToken } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import {
  attemptOf,
  beginLogin,
  campusPolicy,
  codeNow,
  codeOf,
  giveTotp,
  guess,
  onCampus,
  openSession,
  other,
  type Rig,
  secret,
  student,
  typePassword,
  visitorIn,
  wrongCode,
} from './factorsRig.ts';
import { askFor, mfaClass, proveTotp, rigUnder, withTotp } from './stepUpRig.ts';
import { afterwards, ask, logIn, makeDirectory, password } from './testIdp.ts';

const sessionOf = ({ idp }: { readonly idp: Idp }, { session }: Visitor) =>
  session === undefined ? undefined : findSession(idp, session);
const provedBy = async (rig: { readonly idp: Idp }, visitor: Visitor) =>
  (await sessionOf(rig, visitor))?.facts.map(({ authenticator }) => authenticator);

describe('the third wrong code in the step-up of a running session', () => {
  test('ends that session, with the reason in the history, and the password is asked for again', async () => {
    const rig = await withTotp(await rigUnder());
    const visitor = afterwards(await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt));
    const { attempt } = await ask(rig.idp, rig.sp, askFor(mfaClass));
    expect((await continueSso(rig.idp, attempt, visitor)).kind).toBe('stepUp');
    const typed = { authenticator: rig.totp, code: wrongCode(rig.clock) };
    for (const _ of [1, 2]) expect(await codeOf(acceptOtp(rig.idp, attempt, visitor, typed))).toBe('otp-wrong');
    expect(await sessionOf(rig, visitor)).toBeDefined();
    expect(await codeOf(acceptOtp(rig.idp, attempt, visitor, typed))).toBe('otp-start-again');
    expect(await sessionOf(rig, visitor)).toBeUndefined();
    expect((await continueSso(rig.idp, attempt, visitor)).kind).toBe('login');
    expect(rig.events.filter(({ kind }) => kind === 'session-ended')).toMatchObject([
      { username: student, actor: 'system', address: visitor.address, detail: 'three wrong one-time codes' },
    ]);
    await logIn(rig.idp, attempt, visitor);
    expect((await proveTotp(rig, attempt, rig.totp, visitor)).kind).toBe('deliver');
  });
  test('also where the password was typed beside it, which would be asked for no more', async () => {
    const rig = await withTotp(await rigUnder());
    const visitor = afterwards(await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt));
    const { attempt } = await ask(rig.idp, rig.sp, askFor(mfaClass));
    await acceptPassword(rig.idp, attempt, visitor, { username: student, password });
    const typed = { authenticator: rig.totp, code: wrongCode(rig.clock) };
    for (const _ of [1, 2, 3]) await codeOf(acceptOtp(rig.idp, attempt, visitor, typed));
    expect((await continueSso(rig.idp, attempt, visitor)).kind).toBe('login');
  });
  test('attack: guesses in another browser end nobody’s session, nor do they with its name and no session', async () => {
    const rig = await beginLogin();
    const authenticator = await giveTotp(rig.idp);
    const victim = await openSession(rig, 'of-the-victim');
    await guess(rig, authenticator, 6);
    const attempt = attemptOf('in-the-name-of-the-victim');
    const attacker: Visitor = { ...victim, session: 'guessed' as SessionToken };
    await typePassword({ idp: rig.idp, attempt }, attacker);
    const typed = { authenticator, code: wrongCode(rig.clock) };
    for (const _ of [1, 2, 3]) await codeOf(acceptOtp(rig.idp, attempt, attacker, typed));
    expect(await sessionOf(rig, victim)).toBeDefined();
  });
  test('attack: who logs in over the session of somebody else ends only what they began themselves', async () => {
    const rig = await beginLogin();
    const authenticator = await giveTotp(rig.idp, other);
    const victim = await openSession(rig, 'of-the-victim');
    const attempt = attemptOf('over-a-session');
    await typePassword({ idp: rig.idp, attempt }, victim, other);
    const typed = { authenticator, code: wrongCode(rig.clock) };
    for (const _ of [1, 2]) await codeOf(acceptOtp(rig.idp, attempt, victim, typed));
    expect(await codeOf(acceptOtp(rig.idp, attempt, victim, typed))).toBe('otp-start-again');
    expect(await rig.idp.pendingLogins.find(attempt.id, victim.browser)).toBeUndefined();
    expect(await sessionOf(rig, victim)).toBeDefined();
  });
  test('trying one’s own without any service ends nothing', async () => {
    const rig = await beginLogin();
    const authenticator = await giveTotp(rig.idp);
    const visitor = await openSession(rig, 'live');
    const typed = { authenticator, code: wrongCode(rig.clock) };
    for (const _ of [1, 2]) await codeOf(tryOtp(rig.idp, visitor, typed));
    expect(await codeOf(tryOtp(rig.idp, visitor, typed))).toBe('otp-start-again');
    expect(await sessionOf(rig, visitor)).toBeDefined();
  });
});

describe('the session of whoever removes an authenticator', () => {
  test('goes on, and what the authenticator proved counts in it no longer', async () => {
    const rig = await withTotp(await rigUnder());
    const { attempt } = await ask(rig.idp, rig.sp, askFor(mfaClass));
    await logIn(rig.idp, attempt);
    const visitor = afterwards(await proveTotp(rig, attempt, rig.totp));
    expect(await provedBy(rig, visitor)).toEqual(['password', 'totp']);
    await removeAuthenticator(rig.idp, await findOwner(rig.idp, visitor, undefined), rig.totp);
    expect(await provedBy(rig, visitor)).toEqual(['password']);
    expect((await listSessions(rig.idp, student)).map(({ facts }) => facts.length)).toEqual([1]);
    const plain = await ask(rig.idp, rig.sp);
    expect((await continueSso(rig.idp, plain.attempt, visitor)).kind).toBe('deliver');
    const again = await ask(rig.idp, rig.sp, askFor(mfaClass));
    expect(await continueSso(rig.idp, again.attempt, visitor)).toMatchObject({ refusal: 'no-authn-context' });
  });
  test('keeps what another one proved', async () => {
    const rig = await beginLogin(campusPolicy('any'));
    const [first, second] = [await giveTotp(rig.idp), await giveTotpOf(rig, 'Tablet')];
    const visitor = await openSession(rig, 'live', [first, second]);
    await removeAuthenticator(rig.idp, await findOwner(rig.idp, { ...onCampus, ...visitor }, undefined), first);
    expect((await sessionOf(rig, visitor))?.facts.map(({ id }) => id)).toEqual([undefined, second]);
  });
  test('a use of the session reads no records for it', async () => {
    const rig = await beginLogin();
    const first = await giveTotp(rig.idp);
    const visitor = await openSession(rig, 'live', [first]);
    await removeAuthenticator(rig.idp, await findOwner(rig.idp, visitor, undefined), first);
    const never = async (): Promise<never> => {
      throw new Error('looked up');
    };
    const blind: Idp = { ...rig.idp, authenticators: { find: never, change: never, ownerOfCredential: never } };
    expect(await provedBy({ idp: blind }, visitor)).toEqual(['password']);
  });
});

describe('a secret in the file of a directory', () => {
  test('that was taken out takes with it what it proved, in sessions and in logins', async () => {
    const rig = await withFixed();
    const visitor = await openSession(rig, 'live', [directoryAuthenticator]);
    const attempt = attemptOf('under-way');
    await acceptOtp(rig.idp, attempt, visitor, { authenticator: directoryAuthenticator, code: codeNow(rig.clock) });
    expect(await provedBy(rig, visitor)).toEqual(['password', 'totp']);
    rig.takeOut();
    expect(await provedBy(rig, visitor)).toEqual(['password']);
    const asked = { authenticator: directoryAuthenticator, code: codeNow(rig.clock, 1) };
    expect(await codeOf(acceptOtp(rig.idp, attempt, visitor, asked))).toBe('authenticator-not-found');
    expect(await rig.idp.pendingLogins.find(attempt.id, visitor.browser)).toBeUndefined();
  });
  test('the file is not asked about sessions that it proved nothing in', async () => {
    const rig = await withFixed();
    const visitor = await openSession(rig, 'live', [await giveTotp(rig.idp, student, 'Own', newTotpSecret())]);
    const before = rig.asked();
    expect(await provedBy(rig, visitor)).toEqual(['password', 'totp']);
    expect(rig.asked()).toBe(before);
  });
});

/** A second secret of the same person. */
const giveTotpOf = (rig: Rig, name: string) => giveTotp(rig.idp, student, name);

/** Somebody whose secret stands in the file, until it is taken out. */
async function withFixed() {
  const rig = await beginLogin(defaultPolicy, visitorIn('elsewhere'));
  const local = await makeDirectory('local', student, password);
  let there: string | undefined = secret;
  let count = 0;
  const totpSecretOf = async () => {
    count += 1;
    return there;
  };
  const directories = [{ ...local, totpSecretOf }];
  rig.clock.advance(minutes(1));
  const takeOut = () => {
    there = undefined;
  };
  return { ...rig, idp: { ...rig.idp, directories: () => directories }, takeOut, asked: () => count };
}
