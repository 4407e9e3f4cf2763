import { acceptPassword, cancelSso, continueSso, type Idp, type SsoStep } from '@gakumon/idp';
import { authnContexts, type BrowserId, minutes, statuses } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import {
  askFor,
  mfaClass,
  onCampus,
  policyOf,
  provePasskey,
  proveTotp,
  rigUnder,
  typeIn,
  withPasskey,
  withTotp,
} from './stepUpRig.ts';
import { afterwards, ask, browser, logIn, makeDirectory, password, readBy } from './testIdp.ts';

const { passwordProtectedTransport: transport } = authnContexts;
const statusOf = (sp: Parameters<typeof readBy>[0], step: SsoStep, requestId: string) =>
  readBy(sp, step, requestId).status.second;
const classOf = (sp: Parameters<typeof readBy>[0], step: SsoStep, requestId: string) =>
  readBy(sp, step, requestId).assertion?.authnContext;

describe('a service asks for MFA', () => {
  test('password, then a code: MFA is asserted, with the instant of the older proof', async () => {
    const rig = await withTotp(await rigUnder());
    const { attempt, requestId } = await ask(rig.idp, rig.sp, askFor(mfaClass));
    expect(await continueSso(rig.idp, attempt, browser)).toMatchObject({ kind: 'login', withPasskey: true });
    const typedAt = rig.clock();
    const step = await logIn(rig.idp, attempt);
    expect(step).toMatchObject({
      kind: 'stepUp',
      stepUp: { username: 's1234567', options: [{ id: rig.totp }], reason: { contexts: [mfaClass], rules: [] } },
    });
    const { assertion } = readBy(rig.sp, await proveTotp(rig, attempt, rig.totp), requestId);
    expect(assertion).toMatchObject({ authnContext: mfaClass, authnInstant: typedAt });
  });
  test('a passkey alone is both factors', async () => {
    const rig = await withPasskey(await rigUnder());
    const { attempt, requestId } = await ask(rig.idp, rig.sp, askFor(mfaClass));
    expect(classOf(rig.sp, await provePasskey(rig, attempt, rig.device, 'first'), requestId)).toBe(mfaClass);
  });
  test('a session with the password alone is asked for the missing factor only, and the next service for nothing', async () => {
    const rig = await withTotp(await rigUnder());
    const visitor = afterwards(await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt));
    const { attempt, requestId } = await ask(rig.idp, rig.other, askFor(mfaClass));
    expect(await continueSso(rig.idp, attempt, visitor)).toMatchObject({ kind: 'stepUp' });
    const step = await proveTotp(rig, attempt, rig.totp, visitor);
    expect(step).toMatchObject({ session: undefined });
    expect(classOf(rig.other, step, requestId)).toBe(mfaClass);
    const again = await ask(rig.idp, rig.sp, askFor(mfaClass));
    expect(classOf(rig.sp, await continueSso(rig.idp, again.attempt, visitor), again.requestId)).toBe(mfaClass);
  });
  test('ForceAuthn: all factors again, though the session has both', async () => {
    const rig = await withTotp(await rigUnder());
    const first = await ask(rig.idp, rig.sp, askFor(mfaClass));
    await logIn(rig.idp, first.attempt);
    const visitor = afterwards(await proveTotp(rig, first.attempt, rig.totp));
    const { attempt, requestId } = await ask(rig.idp, rig.sp, askFor(mfaClass, { forceAuthn: true }));
    expect(await continueSso(rig.idp, attempt, visitor)).toMatchObject({ kind: 'login', fresh: true });
    rig.clock.advance(minutes(1));
    const typedAt = rig.clock();
    expect(await logIn(rig.idp, attempt, visitor)).toMatchObject({ kind: 'stepUp' });
    const { assertion } = readBy(rig.sp, await proveTotp(rig, attempt, rig.totp, visitor), requestId);
    expect(assertion).toMatchObject({ authnContext: mfaClass, authnInstant: typedAt });
  });
  test('IsPassive: NoPassive for whoever would have to be asked, an answer for whoever need not', async () => {
    const rig = await withTotp(await rigUnder());
    const passive = askFor(mfaClass, { isPassive: true });
    const visitor = afterwards(await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt));
    const refused = await ask(rig.idp, rig.sp, passive);
    expect(statusOf(rig.sp, await continueSso(rig.idp, refused.attempt, visitor), refused.requestId)).toBe(
      statuses.noPassive,
    );
    const stepUp = await ask(rig.idp, rig.sp, askFor(mfaClass));
    await proveTotp(rig, stepUp.attempt, rig.totp, visitor);
    const { attempt, requestId } = await ask(rig.idp, rig.sp, passive);
    expect(classOf(rig.sp, await continueSso(rig.idp, attempt, visitor), requestId)).toBe(mfaClass);
  });
  test('who has no authenticator and may not enrol: NoAuthnContext, and the session is not made', async () => {
    const { idp, sp } = await rigUnder();
    const { attempt, requestId } = await ask(idp, sp, askFor(mfaClass));
    const step = await logIn(idp, attempt);
    expect(step).toMatchObject({ kind: 'deliver', refusal: 'no-authn-context', session: undefined });
    expect(statusOf(sp, step, requestId)).toBe(statuses.noAuthnContext);
  });
  test('who has none and may: enrolment, and declining it is NoAuthnContext', async () => {
    const { idp, sp } = await rigUnder(policyOf([]));
    const { attempt, requestId } = await ask(idp, sp, askFor(mfaClass));
    expect(await logIn(idp, attempt, onCampus)).toMatchObject({
      kind: 'enrol',
      enrolment: { username: 's1234567', kinds: ['webauthn', 'totp'], reason: { contexts: [mfaClass] } },
    });
    expect(statusOf(sp, await cancelSso(idp, attempt, onCampus), requestId)).toBe(statuses.noAuthnContext);
  });
  test('who typed the password long ago types it again before enrolling', async () => {
    const { idp, sp, clock } = await rigUnder(policyOf([]));
    const visitor = afterwards(await logIn(idp, (await ask(idp, sp)).attempt, onCampus), onCampus);
    clock.advance(minutes(20));
    const { attempt } = await ask(idp, sp, askFor(mfaClass));
    expect(await continueSso(idp, attempt, visitor)).toMatchObject({ kind: 'login', fresh: true });
    expect(await logIn(idp, attempt, visitor)).toMatchObject({ kind: 'enrol' });
  });
  test.each([
    ['minimum', transport, transport],
    ['better', transport, mfaClass],
    ['minimum', mfaClass, mfaClass],
  ] as const)('%s %s is answered by %s', async (comparison, asked, answered) => {
    const rig = await withTotp(await rigUnder());
    const { attempt, requestId } = await ask(rig.idp, rig.sp, {
      requestedAuthnContext: { comparison, classes: [asked] },
    });
    const step = await logIn(rig.idp, attempt);
    const last = step.kind === 'stepUp' ? await proveTotp(rig, attempt, rig.totp) : step;
    expect(classOf(rig.sp, last, requestId)).toBe(answered);
  });
});

describe('attack: what was not proved is not asserted', () => {
  test('a context that was asked for is never answered by a weaker one', async () => {
    const rig = await withTotp(await rigUnder());
    const visitor = afterwards(await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt));
    const { attempt, requestId } = await ask(rig.idp, rig.sp, askFor(mfaClass));
    expect((await continueSso(rig.idp, attempt, visitor)).kind).toBe('stepUp');
    expect(statusOf(rig.sp, await cancelSso(rig.idp, attempt, visitor), requestId)).toBe(statuses.authnFailed);
  });
  test('a second factor without the first leads nowhere', async () => {
    const rig = await withTotp(await rigUnder());
    const { attempt } = await ask(rig.idp, rig.sp, askFor(mfaClass));
    await expect(proveTotp(rig, attempt, rig.totp)).rejects.toMatchObject({ code: 'session-gone' });
    expect(await continueSso(rig.idp, attempt, browser)).toMatchObject({ kind: 'login' });
  });
  test('nor does one beside a session when the login is forced', async () => {
    const rig = await withTotp(await rigUnder());
    const visitor = afterwards(await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt));
    const { attempt } = await ask(rig.idp, rig.sp, askFor(mfaClass, { forceAuthn: true }));
    expect(await proveTotp(rig, attempt, rig.totp, visitor)).toMatchObject({ kind: 'login', fresh: true });
  });
  test('a second factor outlives the session that it was proved for nowhere', async () => {
    const rig = await withTotp(await rigUnder());
    const visitor = afterwards(await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt));
    const { attempt } = await ask(rig.idp, rig.sp, askFor(mfaClass, { forceAuthn: true }));
    await proveTotp(rig, attempt, rig.totp, visitor);
    for (const { id } of await rig.idp.sessions.listOfPerson('s1234567' as never, rig.clock())) {
      await rig.idp.sessions.revoke(id);
    }
    // Whoever has the password alone gets no MFA out of it
    expect(await continueSso(rig.idp, attempt, visitor)).toMatchObject({ kind: 'login' });
    expect(await rig.idp.pendingLogins.find(attempt.id, visitor.browser)).toBeUndefined();
    expect(await logIn(rig.idp, attempt, visitor)).toMatchObject({ kind: 'stepUp' });
  });
  test('a session that is revoked while it is strengthened asserts nothing', async () => {
    const rig = await withTotp(await rigUnder());
    const visitor = afterwards(await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt));
    const { attempt } = await ask(rig.idp, rig.sp, askFor(mfaClass));
    const sessions: Idp['sessions'] = {
      ...rig.idp.sessions,
      appendFact: async (id, fact) => {
        await rig.idp.sessions.revoke(id);
        return rig.idp.sessions.appendFact(id, fact);
      },
    };
    const racing = { ...rig, idp: { ...rig.idp, sessions } };
    await expect(proveTotp(racing, attempt, rig.totp, visitor)).rejects.toMatchObject({ code: 'session-gone' });
  });
  test('what was proved in one browser, or for one request, does not serve another', async () => {
    const rig = await withTotp(await rigUnder());
    const { attempt } = await ask(rig.idp, rig.sp, askFor(mfaClass));
    await typeIn(rig.idp, attempt);
    const thief = { ...browser, browser: 'thief-browser' as BrowserId };
    expect(await continueSso(rig.idp, attempt, thief)).toMatchObject({ kind: 'login' });
    const another = (await ask(rig.idp, rig.sp, askFor(mfaClass))).attempt;
    expect(await continueSso(rig.idp, another, browser)).toMatchObject({ kind: 'login' });
  });
  test('the second factor of one person beside the password of another', async () => {
    const directories = [
      await makeDirectory('local', 's1234567', password),
      await makeDirectory('others', 't1234567', password),
    ];
    const rig = await withTotp(await rigUnder(undefined, { directories }));
    const first = await ask(rig.idp, rig.sp, askFor(mfaClass));
    await logIn(rig.idp, first.attempt);
    const visitor = afterwards(await proveTotp(rig, first.attempt, rig.totp));
    // Somebody else types their own password in the same browser
    const { attempt, requestId } = await ask(rig.idp, rig.sp, askFor(mfaClass));
    await acceptPassword(rig.idp, attempt, visitor, { username: 't1234567', password });
    expect(statusOf(rig.sp, await continueSso(rig.idp, attempt, visitor), requestId)).toBe(statuses.noAuthnContext);
    // And the other way round: the session's person proves a factor into a login that somebody else has begun
    const mixed = (await ask(rig.idp, rig.sp, askFor(mfaClass, { forceAuthn: true }))).attempt;
    await acceptPassword(rig.idp, mixed, visitor, { username: 't1234567', password });
    await expect(proveTotp(rig, mixed, rig.totp, visitor)).rejects.toMatchObject({ code: 'authenticator-not-found' });
  });
  test('the same authenticator twice is one factor', async () => {
    const rig = await withTotp(await rigUnder());
    const { attempt } = await ask(rig.idp, rig.sp, askFor(mfaClass));
    await typeIn(rig.idp, attempt);
    await typeIn(rig.idp, attempt);
    expect(await continueSso(rig.idp, attempt, browser)).toMatchObject({ kind: 'stepUp' });
  });
});
