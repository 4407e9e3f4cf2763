import { acceptAssertion, beginAssertion, type Idp, resetAuthenticators } from '@gakumon/idp';
import { minutes } from '@gakumon/terms';
import { pretendAuthenticator } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { attemptOf, beginLogin, codeOf, givePasskey, here, provedIn, student, visitorIn } from './factorsRig.ts';
import { browser } from './testIdp.ts';

const stranger = visitorIn('stranger');
const attempt = attemptOf('of-nobody');

async function begin() {
  const rig = await beginLogin();
  return { ...rig, ...(await givePasskey(rig)) };
}
type At = Awaited<ReturnType<typeof begin>>;

/** So many answers by a key that nobody has here. */
async function flood({ idp, device }: At, times: number, lies = { anotherKey: true }): Promise<Set<string>> {
  const { options, challenge } = await beginAssertion(idp, attempt, stranger, 'first');
  const response = device.get(options, { ...here, lies });
  const told = new Set<string>();
  for (let tries = 0; tries < times; tries += 1) {
    told.add(await codeOf(acceptAssertion(idp, attempt, stranger, { challenge, response })));
  }
  return told;
}

describe('answers of strangers in place of name and password', () => {
  test('attack: by hundreds are delayed by their address, as wrong passwords are', async () => {
    const at = await begin();
    expect(await flood(at, 60)).toEqual(new Set(['passkey-wrong']));
    expect(at.delays).toEqual([]);
    await flood(at, 10);
    expect(at.delays).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
  });
  test('attack: of a passkey that nobody has are delayed too', async () => {
    const at = await begin();
    await resetAuthenticators(at.idp, student, { actor: 'operator' });
    expect(await flood(at, 61)).toEqual(new Set(['passkey-unknown']));
    expect(at.delays).toEqual([100]);
  });
  test('attack: to no question of ours, or of another browser, are delayed, and no record is read for them', async () => {
    const at = await begin();
    const read: string[] = [];
    const authenticators: Idp['authenticators'] = {
      ...at.idp.authenticators,
      ownerOfCredential: async (id) => {
        read.push(id);
        return undefined;
      },
    };
    const idp = { ...at.idp, authenticators };
    const { challenge, options } = await beginAssertion(at.idp, attempt, browser, 'first');
    const response = at.device.get(options, here);
    for (let tries = 0; tries < 31; tries += 1) {
      const given = { challenge: 'AAAA', response };
      expect(await codeOf(acceptAssertion(idp, attempt, stranger, given))).toBe('passkey-stale');
      expect(await codeOf(acceptAssertion(idp, attempt, stranger, { challenge, response }))).toBe('passkey-wrong');
    }
    expect(at.delays).toEqual([100, 200]);
    expect(read).toEqual([]);
  });
  test('attack: that are too long are refused before any record is read', async () => {
    const at = await begin();
    const ownerOfCredential = () => Promise.reject(new Error('read'));
    const idp = { ...at.idp, authenticators: { ...at.idp.authenticators, ownerOfCredential } };
    const { challenge } = await beginAssertion(at.idp, attempt, stranger, 'first');
    const response = `{"id":"${'A'.repeat(20_000)}"}`;
    expect(await codeOf(acceptAssertion(idp, attempt, stranger, { challenge, response }))).toBe('passkey-wrong');
  });
  test('keep nobody out: a passkey of somebody is taken at once, also from there', async () => {
    const at = await begin();
    await flood(at, 70);
    const before = at.delays.length;
    const { options, challenge } = await beginAssertion(at.idp, attempt, browser, 'first');
    await acceptAssertion(at.idp, attempt, browser, { challenge, response: at.device.get(options, here) });
    expect(at.delays).toHaveLength(before);
    expect(await provedIn({ idp: at.idp, attempt })).toEqual(['webauthn']);
  });
  test('are forgotten with the window of the address', async () => {
    const at = await begin();
    await flood(at, 61);
    at.clock.advance(minutes(10));
    await flood(at, 1);
    expect(at.delays).toEqual([100]);
  });
});

test('a second factor that fails delays nobody: whoever sends it has proved the password', async () => {
  const at = await begin();
  const { options, challenge } = await beginAssertion(at.idp, at.attempt, browser, 'second');
  const response = at.device.get(options, { ...here, lies: { anotherKey: true } });
  for (let tries = 0; tries < 70; tries += 1) {
    expect(await codeOf(acceptAssertion(at.idp, at.attempt, browser, { challenge, response }))).toBe('passkey-wrong');
  }
  expect(at.delays).toEqual([]);
});

test('attack: another passkey of the person than the step asked for is kept as what it is', async () => {
  const at = await begin();
  const synced = pretendAuthenticator({ backupEligible: true });
  const other = await givePasskey(at, synced);
  const demand = { mustVerifyUser: true, options: [{ id: at.id }] };
  const { options, challenge } = await beginAssertion(at.idp, at.attempt, browser, 'second', demand);
  const open = JSON.stringify({ ...JSON.parse(options), allowCredentials: [] });
  const response = synced.get(open, { ...here, backedUp: true });
  await acceptAssertion(at.idp, at.attempt, browser, { challenge, response });
  const pending = await at.idp.pendingLogins.find(at.attempt.id, browser.browser);
  expect(pending?.facts.at(-1)).toMatchObject({ id: other.id, traits: ['user-verified', 'synced'] });
});
