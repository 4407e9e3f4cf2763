import { cancelSso, continueSso, type Idp, type SsoStep } from '@gakumon/idp';
import { builtInRequirements, certifiedAal2, defaultPolicy, type StepUpPolicy } from '@gakumon/mfa';
import { authnContexts, type BrowserId, GakumonError, hours, minutes, statuses } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import {
  askFor,
  mfaClass,
  onCampus,
  outsideNeedsMfa,
  policyOf,
  provePasskey,
  proveTotp,
  rigUnder,
  rule,
  withPasskey,
  withTotp,
} from './stepUpRig.ts';
import { afterwards, ask, browser, logIn, readBy } from './testIdp.ts';

const { passwordProtectedTransport: transport, gakuninAal2: aal2 } = authnContexts;
const statusOf = (sp: Parameters<typeof readBy>[0], step: SsoStep, requestId: string) =>
  readBy(sp, step, requestId).status.second;
const classOf = (sp: Parameters<typeof readBy>[0], step: SsoStep, requestId: string) =>
  readBy(sp, step, requestId).assertion?.authnContext;

describe('the policy asks for it', () => {
  test('on campus the password is enough, and never claims MFA; off campus the same session is asked for more', async () => {
    const rig = await withTotp(await rigUnder(policyOf([outsideNeedsMfa])));
    const first = await ask(rig.idp, rig.sp);
    const step = await logIn(rig.idp, first.attempt, onCampus);
    expect(classOf(rig.sp, step, first.requestId)).toBe(transport);
    const outside = { ...afterwards(step, onCampus), address: '203.0.113.9' };
    const { attempt, requestId } = await ask(rig.idp, rig.sp);
    expect(await continueSso(rig.idp, attempt, outside)).toMatchObject({
      kind: 'stepUp',
      stepUp: { reason: { contexts: [], rules: [{ name: 'outside-needs-mfa' }], elsewhere: ['campus'] } },
    });
    expect(classOf(rig.sp, await proveTotp(rig, attempt, rig.totp, outside), requestId)).toBe(transport);
  });
  test.each(['10.1.2.3.evil.example', '::ffff:203.0.113.9', '2001:db8::a01:203', '', '10.0.0.0/8'])(
    'attack: %j is not on campus',
    async (address) => {
      const rig = await withTotp(await rigUnder(policyOf([outsideNeedsMfa])));
      const visitor = { ...browser, address };
      expect((await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt, visitor)).kind).toBe('stepUp');
    },
  );
  test('who cannot gets a page that says where it would do; declining tells the SP NoAuthnContext', async () => {
    const { idp, sp } = await rigUnder(policyOf([outsideNeedsMfa]));
    const { attempt, requestId } = await ask(idp, sp);
    expect(await logIn(idp, attempt)).toMatchObject({
      kind: 'unreachable',
      reason: { rules: [{ name: 'outside-needs-mfa' }], placement: { inside: [] }, elsewhere: ['campus'] },
    });
    expect(statusOf(sp, await cancelSso(idp, attempt, browser), requestId)).toBe(statuses.noAuthnContext);
  });
  test('two services in one session with different needs', async () => {
    const needs = rule('sensitive', {
      when: { service: { entityIds: ['https://other.example.org/sp'], categories: [], requestedAttributes: [] } },
    });
    const rig = await withTotp(await rigUnder(policyOf([needs])));
    const visitor = afterwards(await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt));
    const { attempt, requestId } = await ask(rig.idp, rig.other);
    expect((await continueSso(rig.idp, attempt, visitor)).kind).toBe('stepUp');
    expect((await continueSso(rig.idp, (await ask(rig.idp, rig.sp)).attempt, visitor)).kind).toBe('deliver');
    const { assertion } = readBy(rig.other, await proveTotp(rig, attempt, rig.totp, visitor), requestId);
    expect(assertion).toBeDefined();
  });
  test('proofs that are too old are asked for again, each of them', async () => {
    const old = rule('stale', { when: { olderThan: hours(1) } });
    const rig = await withTotp(await rigUnder(policyOf([old])));
    const first = await ask(rig.idp, rig.sp, askFor(mfaClass));
    await logIn(rig.idp, first.attempt);
    const visitor = afterwards(await proveTotp(rig, first.attempt, rig.totp));
    rig.clock.advance(minutes(40));
    expect((await continueSso(rig.idp, (await ask(rig.idp, rig.sp)).attempt, visitor)).kind).toBe('deliver');
    rig.clock.advance(minutes(40));
    const { attempt } = await ask(rig.idp, rig.sp);
    expect(await continueSso(rig.idp, attempt, visitor)).toMatchObject({ kind: 'login', fresh: true });
    expect((await logIn(rig.idp, attempt, visitor)).kind).toBe('stepUp');
    expect((await proveTotp(rig, attempt, rig.totp, visitor)).kind).toBe('deliver');
  });
  test('a session costs no read of the records where the password is enough, whatever else was proved in it', async () => {
    const rig = await withTotp(await rigUnder(policyOf([outsideNeedsMfa])));
    const first = await ask(rig.idp, rig.sp, askFor(mfaClass));
    await logIn(rig.idp, first.attempt, onCampus);
    const visitor = afterwards(await proveTotp(rig, first.attempt, rig.totp, onCampus), onCampus);
    const away = async () => {
      throw new GakumonError('store-unavailable');
    };
    const idp: Idp = {
      ...rig.idp,
      authenticators: { find: away, change: away, ownerOfCredential: away },
      places: { find: away, note: away },
    };
    expect((await continueSso(idp, (await ask(idp, rig.sp)).attempt, visitor)).kind).toBe('deliver');
    // Nor does a stranger
    expect((await continueSso(idp, (await ask(idp, rig.sp)).attempt, browser)).kind).toBe('login');
    // What was proved with an authenticator and is needed is weighed against what is there now
    const outside = { ...visitor, address: browser.address };
    await expect(continueSso(idp, (await ask(idp, rig.sp)).attempt, outside)).rejects.toMatchObject({
      code: 'store-unavailable',
    });
  });
});

describe('new browsers and networks', () => {
  const known: StepUpPolicy = policyOf([
    rule('new-browser', { when: { newBrowser: true } }),
    rule('new-network', { when: { newNetwork: true } }),
  ]);

  test('the first login takes more, the next from there does not, and the one from elsewhere does', async () => {
    const rig = await withTotp(await rigUnder(known));
    const first = await ask(rig.idp, rig.sp);
    expect((await logIn(rig.idp, first.attempt)).kind).toBe('stepUp');
    expect((await proveTotp(rig, first.attempt, rig.totp)).kind).toBe('deliver');
    const neighbour = { ...browser, address: '192.0.2.200' };
    expect((await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt, neighbour)).kind).toBe('deliver');
    const elsewhere = { ...browser, address: '203.0.113.9' };
    expect((await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt, elsewhere)).kind).toBe('stepUp');
    const another = { ...browser, browser: 'another-browser' as BrowserId };
    expect((await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt, another)).kind).toBe('stepUp');
  });
  test('attack: a login that met less than was asked makes no place known', async () => {
    const rig = await withTotp(await rigUnder(known));
    await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt);
    expect((await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt)).kind).toBe('stepUp');
  });
  test('what is written down names no browser', async () => {
    const rig = await withTotp(await rigUnder(known));
    const noted: unknown[] = [];
    const places: Idp['places'] = { find: rig.idp.places.find, note: async (...place) => void noted.push(place) };
    const watched = { ...rig, idp: { ...rig.idp, places } };
    const { attempt } = await ask(rig.idp, rig.sp);
    await logIn(watched.idp, attempt);
    await proveTotp(watched, attempt, rig.totp);
    expect(noted).toMatchObject([['s1234567', { network: '192.0.2.0/24' }, rig.clock()]]);
    expect(JSON.stringify(noted)).not.toContain(browser.browser);
  });
});

describe('what is announced', () => {
  const policy = policyOf([rule('soon', { from: Date.parse('2024-04-20T00:00:00Z'), announce: hours(24 * 30) })]);

  test('is told once, after a login, to whom it will concern', async () => {
    const { idp, sp } = await rigUnder(policy);
    const { attempt } = await ask(idp, sp);
    expect(await logIn(idp, attempt, onCampus)).toMatchObject({
      kind: 'notice',
      notice: { username: 's1234567', rules: [{ name: 'soon' }], mayEnrol: true },
    });
    const seen = await continueSso(idp, { ...attempt, isNoticed: true }, onCampus);
    expect(seen.kind).toBe('deliver');
    const visitor = afterwards(seen, onCampus);
    expect((await continueSso(idp, (await ask(idp, sp)).attempt, visitor)).kind).toBe('deliver');
  });
  test('is not told to who has what will be asked for', async () => {
    const rig = await withTotp(await rigUnder(policy));
    expect((await logIn(rig.idp, (await ask(rig.idp, rig.sp)).attempt)).kind).toBe('deliver');
  });
});

describe('AAL2', () => {
  const certified = certifiedAal2({ within: hours(12), idle: minutes(30), syncedPasskeys: 'refuse' });
  const policy = { ...defaultPolicy, contexts: [...defaultPolicy.contexts, certified] };
  const rules = [{ name: 'assurance', to: 'any', release: ['eduPersonAssurance'], deny: [] }] as never;
  const name = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.11';

  test('is off where nobody is certified', async () => {
    const { idp, sp } = await rigUnder();
    const { attempt, requestId } = await ask(idp, sp, askFor(aal2));
    expect(statusOf(sp, await continueSso(idp, attempt, browser), requestId)).toBe(statuses.noAuthnContext);
  });
  test('is answered by that class alone, and is over after half an hour without use', async () => {
    const rig = await withTotp(await rigUnder(policy));
    const { attempt, requestId } = await ask(rig.idp, rig.sp, askFor(aal2));
    await logIn(rig.idp, attempt);
    const step = await proveTotp(rig, attempt, rig.totp);
    expect(classOf(rig.sp, step, requestId)).toBe(aal2);
    rig.clock.advance(minutes(31));
    const again = await ask(rig.idp, rig.sp, askFor(aal2));
    expect((await continueSso(rig.idp, again.attempt, afterwards(step))).kind).toBe('login');
  });
  test.each([
    ['where the service wants it', true, ['https://www.gakunin.jp/profile/AAL2']],
    ['not where it does not', false, undefined],
  ])('also goes into eduPersonAssurance: %s', async (_, assuranceAttribute, expected) => {
    const rig = await withTotp(await rigUnder(policy, { rules, settings: { assuranceAttribute } }));
    const { attempt, requestId } = await ask(rig.idp, rig.sp, askFor(mfaClass));
    await logIn(rig.idp, attempt);
    const { assertion } = readBy(rig.sp, await proveTotp(rig, attempt, rig.totp), requestId);
    expect([assertion?.authnContext, assertion?.attributes[name]]).toEqual([mfaClass, expected]);
  });
  test('attack: a password alone puts nothing there, and no release rule no attribute', async () => {
    const settings = { assuranceAttribute: true };
    const rig = await withTotp(await rigUnder(policy, { rules, settings }));
    const first = await ask(rig.idp, rig.sp);
    expect(readBy(rig.sp, await logIn(rig.idp, first.attempt), first.requestId).assertion?.attributes).toEqual({});
    const silent = await withTotp(await rigUnder(policy, { settings }));
    const { attempt, requestId } = await ask(silent.idp, silent.sp, askFor(aal2));
    await logIn(silent.idp, attempt);
    const { assertion } = readBy(silent.sp, await proveTotp(silent, attempt, silent.totp), requestId);
    expect(assertion?.attributes).toEqual({});
  });
});

test.each([
  ['phishing-resistant, beside a password', builtInRequirements['phishing-resistant'], false],
  [
    'a passkey, whatever else',
    { name: 'passkey', combinations: [[{ authenticator: 'webauthn', with: ['user-verified'] }]] },
    true,
  ],
] as const)('whether a key must verify the person is told to the page: %s', async (_, require, mustVerifyUser) => {
  const rig = await withPasskey(await rigUnder(policyOf([rule('strict', { require })])));
  const { attempt } = await ask(rig.idp, rig.sp);
  expect(await logIn(rig.idp, attempt)).toMatchObject({ kind: 'stepUp', stepUp: { mustVerifyUser } });
  expect((await provePasskey(rig, attempt, rig.device, 'second')).kind).toBe('deliver');
});
