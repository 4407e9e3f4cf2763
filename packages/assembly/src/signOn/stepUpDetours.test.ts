import { acceptOtp, beginPortal, continuePortal, continueSso, sessionIdOf, type Visitor } from '@gakumon/idp';
import { builtInRequirements, defaultPolicy, phishingResistantMfa } from '@gakumon/mfa';
import { type BrowserId, hours, minutes, type SessionToken } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { codeNow, giveTotp } from './factorsRig.ts';
import {
  askFor,
  mfaClass,
  onCampus,
  policyOf,
  proveTotp,
  rigUnder,
  rule,
  type StepUpRig,
  typeIn,
  withTotp,
} from './stepUpRig.ts';
import { afterwards, ask, browser, logIn } from './testIdp.ts';

const ofOther = { service: { entityIds: ['https://other.example.org/sp'], categories: [], requestedAttributes: [] } };
const thief: Visitor = { ...browser, browser: 'thief-thief-thief-thief' as BrowserId, address: '198.51.100.66' };
const toOther = async ({ idp, other }: StepUpRig, visitor: Visitor, options = {}) =>
  (await logIn(idp, (await ask(idp, other, options)).attempt, visitor)).kind;
const toSp = async ({ idp, sp }: StepUpRig, visitor: Visitor) =>
  (await logIn(idp, (await ask(idp, sp)).attempt, visitor)).kind;

describe('attack: who has the password comes back after a detour', () => {
  test.each([
    ['a new browser, for one service', { newBrowser: true, ...ofOther }, {}],
    ['a new network, for one service', { newNetwork: true, ...ofOther }, {}],
    ['a new browser, for one context', { newBrowser: true, context: [mfaClass] }, askFor([mfaClass, 'urn:x'])],
  ])('%s', async (_, when, options) => {
    const rig = await withTotp(await rigUnder(policyOf([rule('sensitive', { when })])));
    const { attempt } = await ask(rig.idp, rig.other, options);
    expect((await logIn(rig.idp, attempt, thief)).kind).toBe('stepUp');
    expect(await toSp(rig, thief)).toBe('deliver');
    const portal = beginPortal(rig.idp);
    await typeIn(rig.idp, portal, thief);
    expect(await continuePortal(rig.idp, portal, thief)).toMatchObject({ kind: 'open', isKnownPlace: false });
    expect((await continueSso(rig.idp, attempt, thief)).kind).toBe('stepUp');
    expect(await toOther(rig, thief, options)).toBe('stepUp');
  });
  test('from another network', async () => {
    const outside = { newBrowser: true, network: { is: [], not: ['campus'] } };
    const rig = await withTotp(await rigUnder(policyOf([rule('sensitive', { when: outside })])));
    expect(await toSp(rig, { ...thief, address: '10.1.2.3' })).toBe('deliver');
    expect(await toSp(rig, thief)).toBe('stepUp');
  });
  test('by less than the rule asks for', async () => {
    const strict = rule('strict', {
      when: { newBrowser: true, ...ofOther },
      require: builtInRequirements['phishing-resistant'],
    });
    const rig = await withTotp(await rigUnder(policyOf([strict])));
    const { attempt } = await ask(rig.idp, rig.sp, askFor(mfaClass));
    await typeIn(rig.idp, attempt, thief);
    expect((await proveTotp(rig, attempt, rig.totp, thief)).kind).toBe('deliver');
    expect(await toOther(rig, thief)).toBe('stepUp');
  });
  test('and the owner, who used the second factor there, is not asked again', async () => {
    const rig = await withTotp(
      await rigUnder(policyOf([rule('sensitive', { when: { newBrowser: true, ...ofOther } })])),
    );
    const visitor = afterwards(await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt));
    const { attempt } = await ask(rig.idp, rig.other);
    expect((await continueSso(rig.idp, attempt, visitor)).kind).toBe('stepUp');
    expect(await proveTotp(rig, attempt, rig.totp, visitor)).toMatchObject({ kind: 'deliver', isKnownPlace: true });
    expect(await toOther(rig, browser)).toBe('deliver');
  });
});

describe('attack: a place is made known', () => {
  const policy = policyOf([rule('new', { when: { newBrowser: true } })]);

  test('at the page to enrol on, which opens before the policy is met', async () => {
    const rig = await rigUnder(policy);
    const visitor = { ...onCampus, browser: thief.browser };
    const attempt = beginPortal(rig.idp, 'manage', '/portal/authenticators');
    await typeIn(rig.idp, attempt, visitor);
    expect(await continuePortal(rig.idp, attempt, visitor)).toMatchObject({ kind: 'open', isKnownPlace: false });
    expect(await toSp(rig, thief)).toBe('unreachable');
    await giveTotp(rig.idp);
    expect(await toSp(rig, thief)).toBe('stepUp');
  });
  test('by a session that was stolen with all its proofs, alone or with the password', async () => {
    const rig = await withTotp(await rigUnder(policy));
    const { attempt } = await ask(rig.idp, rig.sp);
    await logIn(rig.idp, attempt);
    const { session } = afterwards(await proveTotp(rig, attempt, rig.totp));
    const stolen = { ...thief, session };
    const carried = await continueSso(rig.idp, (await ask(rig.idp, rig.sp)).attempt, stolen);
    expect(carried).toMatchObject({ kind: 'deliver', isKnownPlace: false });
    expect(await toSp(rig, stolen)).toBe('deliver');
    expect(await toSp(rig, thief)).toBe('stepUp');
  });
});

test('attack: a password that is typed elsewhere neither silences a rule about old logins nor meets it', async () => {
  const rig = await withTotp(await rigUnder(policyOf([rule('stale', { when: { olderThan: hours(1), ...ofOther } })])));
  const visitor = afterwards(await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt));
  rig.clock.advance(minutes(50));
  await continueSso(rig.idp, (await ask(rig.idp, rig.sp)).attempt, visitor);
  rig.clock.advance(minutes(50));
  const { attempt } = await ask(rig.idp, rig.other);
  expect((await logIn(rig.idp, attempt, visitor)).kind).toBe('stepUp');
  const portal = beginPortal(rig.idp);
  await typeIn(rig.idp, portal, visitor);
  expect((await continuePortal(rig.idp, portal, visitor)).kind).toBe('open');
  expect((await continueSso(rig.idp, attempt, visitor)).kind).toBe('stepUp');
  expect((await proveTotp(rig, attempt, rig.totp, visitor)).kind).toBe('deliver');
  expect((await continueSso(rig.idp, (await ask(rig.idp, rig.other)).attempt, visitor)).kind).toBe('deliver');
});

test('attack: nor does one that is typed so often that the oldest proof is forgotten', async () => {
  const rig = await withTotp(await rigUnder(policyOf([rule('stale', { when: { olderThan: hours(1), ...ofOther } })])));
  const { session } = afterwards(await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt));
  rig.clock.advance(minutes(59));
  await continueSso(rig.idp, (await ask(rig.idp, rig.sp)).attempt, { ...browser, session });
  rig.clock.advance(minutes(2));
  const fact = { authenticator: 'password', at: rig.clock(), address: browser.address } as const;
  const id = sessionIdOf(session as SessionToken);
  for (let turn = 0; turn < 60; turn += 1) {
    await rig.idp.sessions.appendFact(id, { ...fact, passwordVersion: undefined });
  }
  const { attempt } = await ask(rig.idp, rig.other);
  expect((await continueSso(rig.idp, attempt, { ...browser, session })).kind).toBe('stepUp');
});

describe('attack: a login that the service wants anew', () => {
  const anew = askFor(mfaClass, { forceAuthn: true });

  test('is not put off by further proofs until the password is old', async () => {
    const rig = await withTotp(await rigUnder());
    const { attempt } = await ask(rig.idp, rig.sp, anew);
    await typeIn(rig.idp, attempt);
    for (let turn = 0; turn < 6; turn += 1) {
      rig.clock.advance(minutes(9));
      await acceptOtp(rig.idp, attempt, browser, { authenticator: rig.totp, code: codeNow(rig.clock) });
    }
    expect((await continueSso(rig.idp, attempt, browser)).kind).toBe('login');
    expect((await logIn(rig.idp, attempt)).kind).toBe('deliver');
  });
  test('is not met by a code that the password was typed after, again and again', async () => {
    const rig = await withTotp(await rigUnder());
    const { attempt } = await ask(rig.idp, rig.sp, anew);
    await typeIn(rig.idp, attempt);
    await acceptOtp(rig.idp, attempt, browser, { authenticator: rig.totp, code: codeNow(rig.clock) });
    for (let turn = 0; turn < 3; turn += 1) {
      rig.clock.advance(minutes(9));
      await typeIn(rig.idp, attempt);
    }
    expect((await continueSso(rig.idp, attempt, browser)).kind).toBe('stepUp');
  });
  test('lets nobody enrol on what the session proved', async () => {
    const resistant = 'https://example.org/phishing-resistant';
    const policy = { ...defaultPolicy, contexts: [...defaultPolicy.contexts, phishingResistantMfa(resistant)] };
    const rig = await withTotp(await rigUnder(policy));
    const first = await ask(rig.idp, rig.sp, askFor(mfaClass));
    await logIn(rig.idp, first.attempt);
    const visitor = afterwards(await proveTotp(rig, first.attempt, rig.totp));
    const { attempt } = await ask(rig.idp, rig.sp, askFor(resistant, { forceAuthn: true }));
    expect((await continueSso(rig.idp, attempt, visitor)).kind).toBe('login');
    expect((await logIn(rig.idp, attempt, visitor)).kind).toBe('stepUp');
    expect((await proveTotp(rig, attempt, rig.totp, visitor)).kind).toBe('enrol');
  });
});
