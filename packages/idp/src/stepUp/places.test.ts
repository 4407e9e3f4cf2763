import {
  type AuthenticationFact,
  builtInRequirements,
  defaultPolicy,
  type KnownPlace,
  type PolicyRule,
  type StepUpPolicy,
} from '@gakumon/mfa';
import { type BrowserId, hours, type Username, unknownAddress } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import type { PendingLogin, SsoSession } from '../ports.ts';
import { makeSealingKeys } from '../seal/sealingKeys.ts';
import { lookAtPlace, notePlace, type PlacedLogin } from './places.ts';

const now = Date.parse('2024-04-08T09:00:00Z');
const username = 's1234567' as Username;
const factOf = (authenticator: AuthenticationFact['authenticator'], age = 0): AuthenticationFact => ({
  authenticator,
  at: now - age,
  address: '192.0.2.1',
  passwordVersion: undefined,
});
const aged = (fact: AuthenticationFact): AuthenticationFact => ({ ...fact, at: now - hours(2) });
const [password, code] = [factOf('password'), factOf('totp')];
const person = { username, groups: ['students'], attributes: {} };
const loginOf = (facts: readonly AuthenticationFact[], ofSession: readonly AuthenticationFact[] = []): PlacedLogin => ({
  person,
  attempt: facts.length === 0 ? undefined : ({ username, facts } as PendingLogin),
  session: ofSession.length === 0 ? undefined : ({ username, facts: ofSession } as SsoSession),
});
const whose = loginOf([password, code]);
const keys = (...fills: number[]) => makeSealingKeys(fills.map((fill) => new Uint8Array(32).fill(fill)));
const at = (address: string, browser = 'browser-1') => ({ browser: browser as BrowserId, session: undefined, address });
const rule = (rest: Partial<PolicyRule>): PolicyRule => ({
  name: 'new',
  when: { newBrowser: true },
  require: builtInRequirements.mfa,
  from: undefined,
  until: undefined,
  announce: undefined,
  text: undefined,
  ...rest,
});
const policyOf = (...rules: PolicyRule[]): StepUpPolicy => ({ ...defaultPolicy, rules });
const asking = policyOf(rule({}));

/** Remembers whatever is noted, and counts how often it is asked. */
function makePlaces() {
  const noted: KnownPlace[] = [];
  const asked: KnownPlace[] = [];
  const find = async (_username: Username, place: KnownPlace) => {
    asked.push(place);
    return {
      browser: noted.some(({ browser }) => browser === place.browser),
      network: noted.some(({ network }) => network === place.network),
    };
  };
  const note = async (_username: Username, place: KnownPlace) => void noted.push(place);
  return {
    noted,
    asked,
    idp: { places: { find, note }, sealingKeys: keys(1), clock: () => now, policy: () => asking },
  };
}

test('attack: an address that nobody could tell is new each time: it may be anybody', async () => {
  const { idp } = makePlaces();
  const visitor = at(unknownAddress);
  const look = await lookAtPlace(idp, asking, visitor, username);
  await notePlace(idp, look, visitor, whose);
  expect(await lookAtPlace(idp, asking, visitor, username)).toMatchObject({ isNewBrowser: false, isNewNetwork: true });
});
test('nothing is looked up where no rule asks', async () => {
  const { idp, asked } = makePlaces();
  expect(await lookAtPlace(idp, defaultPolicy, at('192.0.2.1'), username)).toBeUndefined();
  await notePlace(idp, undefined, at('192.0.2.1'), whose);
  expect(asked).toEqual([]);
});
test.each([
  ['192.0.2.7', '192.0.2.200', '192.0.3.7', '192.0.2.0/24'],
  ['2001:db8:1:2::1', '2001:db8:1:ffff::9', '2001:db8:2:2::1', '2001:db8:1::/48'],
  ['::ffff:192.0.2.7', '192.0.2.8', '::192.0.2.7', '192.0.2.0/24'],
])('%s and %s are one network, %s is another', async (address, near, far, network) => {
  const { idp, noted } = makePlaces();
  await notePlace(idp, await lookAtPlace(idp, asking, at(address), username), at(address), whose);
  expect(noted).toMatchObject([{ network }]);
  expect(await lookAtPlace(idp, asking, at(near), username)).toMatchObject({
    isNewBrowser: false,
    isNewNetwork: false,
  });
  expect(await lookAtPlace(idp, asking, at(far, 'b'), username)).toMatchObject({
    isNewBrowser: true,
    isNewNetwork: true,
  });
});
test('a browser stays known when the sealing key changes, and is noted once more under the new one', async () => {
  const { idp, noted } = makePlaces();
  const look = await lookAtPlace(idp, asking, at('192.0.2.1'), username);
  await notePlace(idp, look, at('192.0.2.1'), whose);
  const rotated = { ...idp, sealingKeys: keys(2, 1) };
  const after = await lookAtPlace(rotated, asking, at('192.0.2.1'), username);
  expect(after).toMatchObject({ isNewBrowser: false });
  await notePlace(rotated, after, at('192.0.2.1'), whose);
  const gone = { ...idp, sealingKeys: keys(2) };
  expect(await lookAtPlace(gone, asking, at('192.0.2.1'), username)).toMatchObject({ isNewBrowser: false });
  expect(noted).toHaveLength(2);
});
test('a login is noted again, since what is not seen for long is forgotten', async () => {
  const { idp, noted } = makePlaces();
  for (const login of [whose, loginOf([], [password]), loginOf([password])]) {
    await notePlace(idp, await lookAtPlace(idp, asking, at('192.0.2.1'), username), at('192.0.2.1'), login);
  }
  expect(noted).toHaveLength(2);
});
test('a store that is away spoils nothing that was answered', async () => {
  const { idp } = makePlaces();
  const note = async (): Promise<never> => {
    throw new Error('away');
  };
  const broken = { ...idp, places: { ...idp.places, note } };
  await notePlace(broken, { isNewBrowser: true, isNewNetwork: true, isNoted: false }, at('192.0.2.1'), whose);
});

describe('what makes a place known', () => {
  const { mfa, password: passwordOnly, 'phishing-resistant': resistant } = builtInRequirements;
  const service = { entityIds: ['https://sp.example.org'], categories: [], requestedAttributes: [] };
  const key = factOf('webauthn');
  const sure: AuthenticationFact = { ...key, traits: ['user-verified'] };
  const isNoted = async (policy: StepUpPolicy, login: PlacedLogin): Promise<boolean> => {
    const { idp, noted } = makePlaces();
    const look = await lookAtPlace(idp, policy, at('192.0.2.1'), username);
    const isKnown = await notePlace({ ...idp, policy: () => policy }, look, at('192.0.2.1'), login);
    expect(noted).toHaveLength(isKnown ? 1 : 0);
    return isKnown;
  };
  test.each<[string, boolean, Partial<PolicyRule>, PlacedLogin]>([
    ['password and code', true, {}, loginOf([password, code])],
    ['a passkey', true, {}, loginOf([sure])],
    ['a code beside the password of the session', true, {}, loginOf([code], [password])],
    ['attack: the password', false, {}, loginOf([password])],
    ['attack: the password beside a code of the session', false, {}, loginOf([password], [password, code])],
    ['attack: a session that was carried there', false, {}, loginOf([], [password, code])],
    ['attack: the session of somebody else', false, {}, { ...loginOf([code]), session: { username: 'x' } as never }],
    ['attack: less than is asked', false, { require: resistant }, loginOf([password, code])],
    ['attack: less now than at the session', false, { require: resistant }, loginOf([code], [password, key])],
    ['attack: too old', false, { when: { newBrowser: true, olderThan: hours(1) } }, loginOf([sure, code].map(aged))],
    ['attack: for another service', false, { when: { newBrowser: true, service } }, loginOf([password])],
    ['attack: for another context', false, { when: { newNetwork: true, context: ['urn:x'] } }, loginOf([password])],
    ['attack: before it begins', false, { from: now + hours(1) }, loginOf([password])],
    [
      'attack: in another network',
      false,
      { when: { newBrowser: true, network: { is: ['lab'], not: [] } } },
      loginOf([password]),
    ],
    ['a rule that asks for no more', true, { require: passwordOnly }, loginOf([password])],
    ['a rule that is over', false, { until: now }, loginOf([password, code])],
    ['a rule about others', false, { when: { newBrowser: true, group: ['staff'] } }, loginOf([password, code])],
    ['a rule about known places', true, { when: { newBrowser: false } }, loginOf([password])],
  ])('%s: %s', async (_, expected, given, login) => {
    expect(await isNoted(policyOf(rule(given)), login)).toBe(expected);
  });
  test('of several rules every one', async () => {
    const policy = policyOf(rule({ require: mfa }), rule({ name: 'strict', require: resistant }));
    expect(await isNoted(policy, loginOf([password, code]))).toBe(false);
    expect(await isNoted(policy, loginOf([password, key]))).toBe(true);
  });
  test('attack: the password from another network makes that known in no browser that is', async () => {
    const { idp, noted } = makePlaces();
    await notePlace(idp, await lookAtPlace(idp, asking, at('192.0.2.1'), username), at('192.0.2.1'), whose);
    const look = await lookAtPlace(idp, asking, at('203.0.113.1'), username);
    expect(look).toMatchObject({ isNewBrowser: false, isNewNetwork: true });
    await notePlace(idp, look, at('203.0.113.1'), loginOf([password]));
    expect(noted).toHaveLength(1);
  });
});
