import {
  acceptPassword,
  cancelSso,
  continueSso,
  endSession,
  openAttempt,
  receiveUnsolicited,
  type SsoStep,
  sealAttempt,
} from '@gakumon/idp';
import { authnContexts, type BrowserId, hours, minutes, nameIdFormats, statuses } from '@gakumon/terms';
import { fixedClock, type PretendSp, pretendSp } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { afterwards, ask, browser, deliveryOf, logIn, makeTestIdp, password, readBy } from './testIdp.ts';

const names = { displayName: 'urn:oid:2.16.840.1.113730.3.1.241', jaDisplayName: 'urn:oid:1.3.6.1.4.1.32264.1.1.3' };

function makeSps(): { clock: ReturnType<typeof fixedClock>; sp: PretendSp; other: PretendSp } {
  const clock = fixedClock();
  const other = { entityId: 'https://other.example.net/sp', acs: ['https://other.example.net/acs'] };
  return { clock, sp: pretendSp({ clock }), other: pretendSp({ clock, ...other, encryptionKeys: [] }) };
}

function statusOf(sp: PretendSp, step: SsoStep, requestId: string): (string | undefined)[] {
  const { status } = readBy(sp, step, requestId);
  return [status.code, status.second];
}

describe('a first login', () => {
  test('asks for the password, and answers with the transient NameID alone', async () => {
    const { clock, sp } = makeSps();
    const { idp } = await makeTestIdp([sp], { clock });
    const { attempt, requestId } = await ask(idp, sp, { relayState: 'ss:mem:1' });
    expect(await continueSso(idp, attempt, browser)).toMatchObject({ kind: 'login', fresh: false });
    const step = await logIn(idp, attempt);
    const { assertion } = readBy(sp, step, requestId);
    expect(deliveryOf(step)).toMatchObject({ assertionConsumerService: sp.acs, relayState: 'ss:mem:1' });
    expect(assertion?.nameId.format).toBe(nameIdFormats.transient);
    expect(assertion?.attributes).toEqual({});
    expect(assertion?.authnContext).toBe(authnContexts.passwordProtectedTransport);
    expect(assertion?.authnInstant).toBe(clock());
    expect(assertion?.sessionNotOnOrAfter).toBe(clock() + hours(8));
    expect(assertion?.encryption).toMatchObject({});
  });
  test('releases what a rule lets out, Japanese intact, and nothing else', async () => {
    const { clock, sp } = makeSps();
    const rules = [
      { name: 'names', to: 'any' as const, release: ['displayName', 'jaDisplayName'], deny: ['displayName'] },
    ];
    const { idp } = await makeTestIdp([sp], { clock, rules });
    const { attempt, requestId } = await ask(idp, sp);
    const { assertion } = readBy(sp, await logIn(idp, attempt), requestId);
    expect(assertion?.attributes).toEqual({ [names.jaDisplayName]: ['学門 花子'] });
  });
  test('an SP without an encryption key gets a signed answer in the clear, unless encryption is required', async () => {
    const { clock, other } = makeSps();
    const open = await makeTestIdp([other], { clock });
    const first = await ask(open.idp, other);
    expect(readBy(other, await logIn(open.idp, first.attempt), first.requestId).assertion?.encryption).toBeUndefined();
    const strict = await makeTestIdp([other], { clock, settings: { encryption: 'required' } });
    const second = await ask(strict.idp, other);
    const refusal = await logIn(strict.idp, second.attempt);
    expect(statusOf(other, refusal, second.requestId)).toEqual([statuses.responder, statuses.requestDenied]);
  });
  test('the assertion is signed too where the metadata or the settings want it', async () => {
    const clock = fixedClock();
    const wanting = pretendSp({ clock, wantAssertionsSigned: true });
    const { idp } = await makeTestIdp([wanting], { clock });
    const asked = await ask(idp, wanting);
    expect(readBy(wanting, await logIn(idp, asked.attempt), asked.requestId).assertion?.signed).toBe(true);
    const plain = pretendSp({ clock });
    const set = await makeTestIdp([plain], { clock, settings: { signAssertion: true } });
    const again = await ask(set.idp, plain);
    expect(readBy(plain, await logIn(set.idp, again.attempt), again.requestId).assertion?.signed).toBe(true);
  });
  test('the sealed attempt that a browser carries leads to the same answer', async () => {
    const { clock, sp } = makeSps();
    const { idp } = await makeTestIdp([sp], { clock });
    const { attempt, requestId } = await ask(idp, sp);
    const step = await logIn(idp, openAttempt(idp, sealAttempt(idp, attempt)));
    expect(readBy(sp, step, requestId).assertion).toBeDefined();
  });
});

describe('the session', () => {
  test('signs on to a second SP without asking, with the instant of the login', async () => {
    const { clock, sp, other } = makeSps();
    const { idp } = await makeTestIdp([sp, other], { clock });
    const first = await ask(idp, sp);
    const signedIn = afterwards(await logIn(idp, first.attempt));
    const loggedInAt = clock();
    clock.advance(minutes(30));
    const second = await ask(idp, other);
    const { assertion } = readBy(other, await continueSso(idp, second.attempt, signedIn), second.requestId);
    expect(assertion?.authnInstant).toBe(loggedInAt);
    expect(assertion?.sessionNotOnOrAfter).toBe(loggedInAt + hours(8));
  });
  test.each([
    ['unused for longer than it may', minutes(61)],
    ['older than it may be', hours(9)],
  ])('asks again when it is %s', async (_, later) => {
    const { clock, sp } = makeSps();
    const { idp } = await makeTestIdp([sp], { clock });
    const signedIn = afterwards(await logIn(idp, (await ask(idp, sp)).attempt));
    clock.advance(later);
    expect(await continueSso(idp, (await ask(idp, sp)).attempt, signedIn)).toMatchObject({ kind: 'login' });
  });
  test('ForceAuthn asks again and answers with a fresh instant, in the same session', async () => {
    const { clock, sp } = makeSps();
    const { idp } = await makeTestIdp([sp], { clock });
    const signedIn = afterwards(await logIn(idp, (await ask(idp, sp)).attempt));
    clock.advance(minutes(5));
    for (const forceAuthn of ['true', '1'] as const) {
      const forced = await ask(idp, sp, { forceAuthn });
      expect(await continueSso(idp, forced.attempt, signedIn)).toMatchObject({ kind: 'login', fresh: true });
      const step = await logIn(idp, forced.attempt, signedIn);
      expect(readBy(sp, step, forced.requestId).assertion?.authnInstant).toBe(clock());
      expect(step).toMatchObject({ kind: 'deliver', session: undefined });
    }
  });
  test('attack: a revoked session signs on to nothing', async () => {
    const { clock, sp } = makeSps();
    const { idp } = await makeTestIdp([sp], { clock });
    const signedIn = afterwards(await logIn(idp, (await ask(idp, sp)).attempt));
    if (signedIn.session !== undefined) await endSession(idp, signedIn.session);
    expect(await continueSso(idp, (await ask(idp, sp)).attempt, signedIn)).toMatchObject({ kind: 'login' });
  });
  test('attack: what one browser proved does not help another with the same attempt', async () => {
    const { clock, sp } = makeSps();
    const { idp } = await makeTestIdp([sp], { clock });
    const { attempt } = await ask(idp, sp, { forceAuthn: true });
    await acceptPassword(idp, attempt, browser, { username: 's1234567', password });
    const thief = { ...browser, browser: 'browser-2' as BrowserId };
    expect(await continueSso(idp, attempt, thief)).toMatchObject({ kind: 'login' });
  });
});

describe('one request is answered once', () => {
  test('a second look says that it was answered, and where to go on', async () => {
    const { clock, sp } = makeSps();
    const { idp } = await makeTestIdp([sp], { clock });
    const { attempt } = await ask(idp, sp);
    const signedIn = afterwards(await logIn(idp, attempt));
    const again = await continueSso(idp, attempt, signedIn);
    expect(again).toMatchObject({ kind: 'answered', isSignedIn: true, continueAt: 'https://sp.example.org/' });
    expect(await continueSso(idp, attempt, browser)).toMatchObject({ kind: 'answered', isSignedIn: false });
  });
  test('attack: twenty at once get one answer', async () => {
    const { clock, sp } = makeSps();
    const { idp } = await makeTestIdp([sp], { clock });
    const signedIn = afterwards(await logIn(idp, (await ask(idp, sp)).attempt));
    const { attempt } = await ask(idp, sp);
    const steps = await Promise.all(Array.from({ length: 20 }, () => continueSso(idp, attempt, signedIn)));
    expect(steps.filter((step) => step.kind === 'deliver')).toHaveLength(1);
    expect(steps.filter((step) => step.kind === 'answered')).toHaveLength(19);
  });
});

describe('what comes after the answer', () => {
  async function answered() {
    const { clock, sp, other } = makeSps();
    const { idp } = await makeTestIdp([sp, other], { clock });
    const { attempt } = await ask(idp, sp);
    const signedIn = afterwards(await logIn(idp, attempt));
    return { idp, clock, sp, other, attempt, signedIn };
  }

  test('a form that was sent twice: whose first answer was lost with its cookie gets a session that signs on', async () => {
    const { idp, other, attempt } = await answered();
    const step = await logIn(idp, attempt);
    expect(step).toMatchObject({ kind: 'answered', isSignedIn: true, session: { token: expect.any(String) } });
    const next = await ask(idp, other);
    expect(
      readBy(other, await continueSso(idp, next.attempt, afterwards(step)), next.requestId).assertion,
    ).toBeDefined();
    // The proof was used up: the page reloaded without the cookie gives no other session.
    const again = await continueSso(idp, attempt, browser);
    expect(again).toMatchObject({ kind: 'answered', isSignedIn: false, session: undefined });
  });
  test('nothing begins for who is signed in, and the proof goes', async () => {
    const { idp, attempt, signedIn } = await answered();
    expect(await logIn(idp, attempt, signedIn)).toMatchObject({ isSignedIn: true, session: undefined });
    expect(await idp.pendingLogins.find(attempt.id, browser.browser)).toBeUndefined();
  });
  test('attack: a proof of another browser, of another attempt, or of long ago gives no session', async () => {
    const { idp, clock, sp, attempt } = await answered();
    const thief = { ...browser, browser: 'browser-2' as BrowserId };
    const typed = { username: 's1234567', password };
    await acceptPassword(idp, (await ask(idp, sp)).attempt, browser, typed);
    await acceptPassword(idp, attempt, browser, typed);
    expect(await continueSso(idp, attempt, thief)).toMatchObject({ isSignedIn: false, session: undefined });
    clock.advance(minutes(11));
    expect(await continueSso(idp, attempt, browser)).toMatchObject({ isSignedIn: false, session: undefined });
    const later = await answered();
    await acceptPassword(later.idp, (await ask(later.idp, later.sp)).attempt, browser, typed);
    const step = await continueSso(later.idp, later.attempt, browser);
    expect(step).toMatchObject({ kind: 'answered', isSignedIn: false, session: undefined });
  });
  test('attack: Back and Cancel tells the SP no second time, with or without the session', async () => {
    const { idp, attempt, signedIn } = await answered();
    expect(await cancelSso(idp, attempt, signedIn)).toMatchObject({ kind: 'answered', isSignedIn: true });
    expect(await cancelSso(idp, attempt, browser)).toMatchObject({ kind: 'answered', isSignedIn: false });
  });
  test('a passive request that was answered is not refused afterwards', async () => {
    const { idp, sp, signedIn } = await answered();
    const { attempt } = await ask(idp, sp, { isPassive: true });
    expect(await continueSso(idp, attempt, signedIn)).toMatchObject({ kind: 'deliver', refusal: undefined });
    expect(await continueSso(idp, attempt, browser)).toMatchObject({ kind: 'answered' });
  });
});

describe('what the SP is told', () => {
  test('IsPassive: NoPassive without a session, the login with one', async () => {
    const { clock, sp } = makeSps();
    const { idp } = await makeTestIdp([sp], { clock });
    const without = await ask(idp, sp, { isPassive: true });
    expect(statusOf(sp, await continueSso(idp, without.attempt, browser), without.requestId)).toEqual([
      statuses.requester,
      statuses.noPassive,
    ]);
    const signedIn = afterwards(await logIn(idp, (await ask(idp, sp)).attempt));
    const withSession = await ask(idp, sp, { isPassive: true });
    const step = await continueSso(idp, withSession.attempt, signedIn);
    expect(readBy(sp, step, withSession.requestId).assertion).toBeDefined();
  });
  test.each<[string, Parameters<typeof ask>[2], string]>([
    [
      'a context that nobody reaches',
      { requestedAuthnContext: { classes: [authnContexts.gakuninAal2] } },
      statuses.noAuthnContext,
    ],
    ['a NameID that nobody makes', { nameIdPolicy: { format: nameIdFormats.entity } }, statuses.invalidNameIdPolicy],
    [
      'an answer by artifact',
      { protocolBinding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact' },
      statuses.unsupportedBinding,
    ],
    [
      'a person of its choice who is to prove something else',
      { extra: '<saml:Subject><saml:SubjectConfirmation Method="x"/></saml:Subject>' },
      statuses.requestUnsupported,
    ],
  ])('%s is refused, signed, before anybody is asked', async (_, options, second) => {
    const { clock, sp } = makeSps();
    const { idp } = await makeTestIdp([sp], { clock });
    const { attempt, requestId } = await ask(idp, sp, options);
    const step = await continueSso(idp, attempt, browser);
    expect(statusOf(sp, step, requestId)).toEqual([statuses.requester, second]);
    expect(readBy(sp, step, requestId).signed).toBe(true);
  });
  test('that another person logged in than the one it asked about', async () => {
    const { clock, sp } = makeSps();
    const { idp } = await makeTestIdp([sp], { clock });
    const extra = '<saml:Subject><saml:NameID>s7654321@example.ac.jp</saml:NameID></saml:Subject>';
    const { attempt, requestId } = await ask(idp, sp, { extra });
    const step = await logIn(idp, attempt);
    expect(statusOf(sp, step, requestId)).toEqual([statuses.requester, statuses.unknownPrincipal]);
    expect(readBy(sp, step, requestId).assertion).toBeUndefined();
  });
  test('nothing but the answer when the one it asked about logs in', async () => {
    const { clock, sp } = makeSps();
    const rules = [{ name: 'names', to: 'any', release: ['eduPersonPrincipalName'], deny: [] }] as never;
    const { idp } = await makeTestIdp([sp], { clock, rules });
    const extra = '<saml:Subject><saml:NameID>s1234567@example.ac.jp</saml:NameID></saml:Subject>';
    const { attempt, requestId } = await ask(idp, sp, { extra });
    expect(readBy(sp, await logIn(idp, attempt), requestId).assertion).toBeDefined();
  });
  test('that the person declined', async () => {
    const { clock, sp } = makeSps();
    const { idp } = await makeTestIdp([sp], { clock });
    const { attempt, requestId } = await ask(idp, sp);
    const step = await cancelSso(idp, attempt, browser);
    expect(statusOf(sp, step, requestId)).toEqual([statuses.requester, statuses.authnFailed]);
  });
  test('a password class that was asked for is the one asserted', async () => {
    const { clock, sp } = makeSps();
    const { idp } = await makeTestIdp([sp], { clock });
    const { attempt, requestId } = await ask(idp, sp, { requestedAuthnContext: { classes: [authnContexts.password] } });
    expect(readBy(sp, await logIn(idp, attempt), requestId).assertion?.authnContext).toBe(authnContexts.password);
  });
});

test('unsolicited SSO answers without InResponseTo, at an address of the metadata only', async () => {
  const { clock, sp } = makeSps();
  const { idp } = await makeTestIdp([sp], { clock });
  const attempt = await receiveUnsolicited(idp, { providerId: sp.entityId, shire: sp.acs, target: 'deep link' });
  const step = await logIn(idp, attempt);
  expect(readBy(sp, step, null).inResponseTo).toBeUndefined();
  expect(deliveryOf(step).relayState).toBe('deep link');
  const foreign = { providerId: sp.entityId, shire: 'https://evil.example/acs', target: undefined };
  await expect(receiveUnsolicited(idp, foreign)).rejects.toMatchObject({ code: 'acs-unknown' });
});
