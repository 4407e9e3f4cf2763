import { createFileDirectory, hashPassword } from '@gakumon/directory';
import { acceptAssertion, beginAssertion, type Idp, resetAuthenticators } from '@gakumon/idp';
import { minutes } from '@gakumon/terms';
import { type PretendUse, pretendAuthenticator } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import {
  attemptOf,
  beginLogin,
  codeOf,
  givePasskey,
  here,
  openSession,
  other,
  provedIn,
  student,
  typePassword,
  visitorIn,
} from './factorsRig.ts';
import { browser, password } from './testIdp.ts';

type Use = 'first' | 'second';

async function begin(device = pretendAuthenticator()) {
  const rig = await beginLogin();
  return { ...rig, ...(await givePasskey(rig, device)) };
}
type WithPasskey = Awaited<ReturnType<typeof begin>>;

const asked = ({ idp, attempt }: Pick<WithPasskey, 'idp' | 'attempt'>, use: Use, visitor = browser) =>
  beginAssertion(idp, attempt, visitor, use);

async function answer(at: WithPasskey, use: Use, told: Partial<PretendUse> = {}, visitor = browser) {
  const { options, challenge } = await asked(at, use, visitor);
  return { challenge, response: at.device.get(options, { ...here, ...told }) };
}
const accept = (
  { idp, attempt }: Pick<WithPasskey, 'idp' | 'attempt'>,
  given: Awaited<ReturnType<typeof answer>>,
  visitor = browser,
) => acceptAssertion(idp, attempt, visitor, given);

describe('a passkey as second factor', () => {
  test('is added to what the login has proved', async () => {
    const at = await begin();
    await accept(at, await answer(at, 'second'));
    const pending = await at.idp.pendingLogins.find(at.attempt.id, browser.browser);
    expect(pending?.facts.at(-1)).toMatchObject({ authenticator: 'webauthn', id: at.id, traits: ['user-verified'] });
    expect((await at.idp.authenticators.find(student)).authenticators).toMatchObject([
      { counter: 2, lastUsed: { at: at.clock(), address: browser.address } },
    ]);
  });
  test('that a vendor keeps a copy of says so', async () => {
    const at = await begin(pretendAuthenticator({ backupEligible: true, counts: false }));
    await accept(at, await answer(at, 'second', { backedUp: true }));
    const pending = await at.idp.pendingLogins.find(at.attempt.id, browser.browser);
    expect(pending?.facts.at(-1)?.traits).toEqual(['user-verified', 'synced']);
    expect((await at.idp.authenticators.find(student)).authenticators).toMatchObject([{ isBackedUp: true }]);
  });
  test('is asked of nobody who proved nothing, and of nobody who has none', async () => {
    const at = await begin();
    expect(await codeOf(asked({ idp: at.idp, attempt: attemptOf('nothing') }, 'second'))).toBe('session-gone');
    const attempt = attemptOf('of-the-other');
    await typePassword({ idp: at.idp, attempt }, browser, other);
    expect(await codeOf(asked({ idp: at.idp, attempt }, 'second'))).toBe('authenticator-not-found');
  });
  test('where the person has to be verified too, touching it is not enough', async () => {
    const at = await begin();
    const { options, challenge } = await beginAssertion(at.idp, at.attempt, browser, 'second', {
      mustVerifyUser: true,
      options: [{ id: at.id }],
    });
    const response = at.device.get(options, { ...here, userVerified: false });
    expect(await codeOf(accept(at, { challenge, response }))).toBe('passkey-unverified');
  });
});

describe('where not every passkey will do', () => {
  test('only those are asked for that will', async () => {
    const at = await begin();
    const { id } = await givePasskey(at);
    const demand = { mustVerifyUser: false, options: [{ id }] };
    const { options } = await beginAssertion(at.idp, at.attempt, browser, 'second', demand);
    expect(JSON.parse(options).allowCredentials).toHaveLength(1);
    const none = beginAssertion(at.idp, at.attempt, browser, 'second', { ...demand, options: [] });
    expect(await codeOf(none)).toBe('authenticator-not-found');
  });
});

describe('a passkey in place of name and password', () => {
  const fresh = attemptOf('passwordless');
  const begun = async (device = pretendAuthenticator()) => ({ ...(await begin(device)), attempt: fresh });

  test('tells itself who is there', async () => {
    const at = await begun();
    await accept(at, await answer(at, 'first'));
    expect(await at.idp.pendingLogins.find(fresh.id, browser.browser)).toMatchObject({
      username: student,
      facts: [{ authenticator: 'webauthn', traits: ['user-verified'] }],
    });
  });
  test('attack: without PIN or finger it is none', async () => {
    const at = await begun();
    expect(await codeOf(accept(at, await answer(at, 'first', { userVerified: false })))).toBe('passkey-unverified');
    expect(await provedIn(at)).toEqual([]);
  });
  test('attack: a stolen security key that is given a PIN by the thief is none', async () => {
    const at = await begun(pretendAuthenticator({ canVerifyUser: false }));
    expect(await codeOf(accept(at, await answer(at, 'first', { userVerified: true })))).toBe('passkey-unverified');
  });
  test('attack: another user handle is refused', async () => {
    const at = await begun();
    const given = await answer(at, 'first', { lies: { userHandle: 'AAAA' } });
    expect(await codeOf(accept(at, given))).toBe('passkey-wrong');
  });
  test('one that nobody has here is told as such, and leaves nothing behind', async () => {
    const at = await begun();
    await resetAuthenticators(at.idp, student, { actor: 'operator' });
    expect(await codeOf(accept(at, await answer(at, 'first')))).toBe('passkey-unknown');
    expect(await provedIn(at)).toEqual([]);
  });
  test('whose account is disabled is told so only after the proof', async () => {
    const at = await begun();
    const passwordHash = await hashPassword(password, { logN: 10, r: 8, p: 1 });
    const people = [
      { username: student, passwordHash, isDisabled: true, groups: [], totpSecret: undefined, attributes: {} },
    ];
    const idp: Idp = { ...at.idp, directories: () => [createFileDirectory('local', () => people)] };
    const lying = await answer(at, 'first', { lies: { anotherKey: true } });
    expect(await codeOf(accept({ ...at, idp }, lying))).toBe('passkey-wrong');
    expect(await codeOf(accept({ ...at, idp }, await answer(at, 'first')))).toBe('account-disabled');
    expect(await provedIn(at)).toEqual([]);
  });
  test('takes the place of somebody else who had begun: their password is gone', async () => {
    const at = { ...(await begun()), attempt: attemptOf('two-people') };
    await typePassword(at, browser, other);
    await accept(at, await answer(at, 'first'));
    expect(await at.idp.pendingLogins.find(at.attempt.id, browser.browser)).toMatchObject({
      username: student,
      facts: [{ authenticator: 'webauthn' }],
    });
  });
});

describe('a challenge', () => {
  test('attack: is answered once, of any number of answers at once', async () => {
    const at = await begin();
    const given = await answer(at, 'second');
    const told = await Promise.all(Array.from({ length: 6 }, () => codeOf(accept(at, given))));
    expect(told.filter((code) => code === 'done')).toHaveLength(1);
    expect((await provedIn(at)).filter((kind) => kind === 'webauthn')).toHaveLength(1);
  });
  test('attack: an answer of a key that counts nothing is not replayed either', async () => {
    const at = await begin(pretendAuthenticator({ counts: false }));
    const given = await answer(at, 'second');
    await accept(at, given);
    expect(await codeOf(accept(at, given))).toBe('passkey-stale');
  });
  test('is too old after five minutes', async () => {
    const at = await begin();
    const given = await answer(at, 'second');
    at.clock.advance(minutes(5) + 1);
    expect(await codeOf(accept(at, given))).toBe('passkey-stale');
  });
  test('attack: one of another login is none of this', async () => {
    const at = await begin();
    const elsewhere = { ...at, attempt: attemptOf('elsewhere') };
    await typePassword(elsewhere);
    expect(await codeOf(accept(elsewhere, await answer(at, 'second')))).toBe('passkey-wrong');
  });
  test('attack: one of another browser is none of this: nobody is talked into answering for somebody else', async () => {
    const at = { ...(await begin()), attempt: attemptOf('phished') };
    const given = await answer(at, 'first', {}, visitorIn('of-the-thief'));
    expect(await codeOf(accept(at, given))).toBe('passkey-wrong');
    expect(await provedIn(at)).toEqual([]);
  });
  test('attack: one that was put to another person is none of this one', async () => {
    const at = await begin();
    const given = await answer(at, 'second');
    await typePassword(at, browser, other);
    expect(await codeOf(accept(at, given))).toBe('passkey-wrong');
    expect(await provedIn(at)).toEqual(['password']);
  });
  test('attack: the passkey of another person is no second factor, whatever the browser was asked', async () => {
    const at = await begin();
    const thief = await givePasskey(at, pretendAuthenticator(), other);
    const { options, challenge } = await asked(at, 'second');
    const open = JSON.stringify({ ...JSON.parse(options), allowCredentials: [] });
    expect(await codeOf(accept(at, { challenge, response: thief.device.get(open, here) }))).toBe('passkey-unknown');
    expect(await provedIn(at)).toEqual(['password']);
  });
  test('attack: one of our own making, changed, or left out is none', async () => {
    const at = await begin();
    const { challenge, response } = await answer(at, 'second');
    const flipped = `${challenge.slice(0, 40)}${challenge[40] === 'A' ? 'B' : 'A'}${challenge.slice(41)}`;
    for (const forged of ['', 'AAAA', flipped]) {
      expect(await codeOf(accept(at, { challenge: forged, response }))).toBe('passkey-stale');
    }
  });
  test('attack: a failed answer uses nothing up, and stores nothing', async () => {
    const at = await begin();
    const used: string[] = [];
    const idp: Idp = {
      ...at.idp,
      codes: {
        use: async (...one) => {
          used.push(one[0]);
          return at.idp.codes.use(...one);
        },
      },
    };
    const { options, challenge } = await asked(at, 'second');
    const lying = { challenge, response: at.device.get(options, { ...here, lies: { anotherKey: true } }) };
    expect(await codeOf(accept({ ...at, idp }, lying))).toBe('passkey-wrong');
    expect(used).toEqual([]);
    await accept(at, { challenge, response: at.device.get(options, here) });
  });
});

describe('a counter', () => {
  test('attack: of two answers with the same one at once, by a key and its copy, one counts', async () => {
    const at = await begin();
    const session = await openSession(at, 'second-login');
    const attempt = attemptOf('second-login');
    const one = await answer(at, 'second', { lies: { counter: 7 } });
    const copy = await answer({ ...at, attempt }, 'second', { lies: { counter: 7 } }, session);
    const told = await Promise.all([codeOf(accept(at, one)), codeOf(accept({ ...at, attempt }, copy, session))]);
    expect(told.toSorted()).toEqual(['done', 'passkey-wrong']);
    expect((await at.idp.authenticators.find(student)).authenticators).toMatchObject([{ counter: 7 }]);
  });
  test('attack: one that went back tells of a copy, and the larger one stays', async () => {
    const at = await begin();
    await accept(at, await answer(at, 'second', { lies: { counter: 40 } }));
    expect(await codeOf(accept(at, await answer(at, 'second', { lies: { counter: 39 } })))).toBe('passkey-wrong');
    expect((await at.idp.authenticators.find(student)).authenticators).toMatchObject([{ counter: 40 }]);
  });
});

describe('removed', () => {
  test('attack: a passkey that is removed while its answer is checked is not accepted, and does not come back', async () => {
    const at = await begin();
    const given = await answer(at, 'second');
    const idp: Idp = {
      ...at.idp,
      codes: {
        use: async (...one) => {
          await resetAuthenticators(at.idp, student, { actor: 'operator' });
          return at.idp.codes.use(...one);
        },
      },
    };
    expect(await codeOf(accept({ ...at, idp }, given))).toBe('passkey-unknown');
    expect(await provedIn(at)).toEqual(['password']);
    expect((await at.idp.authenticators.find(student)).authenticators).toEqual([]);
  });
  test('the same key can be enrolled again, by somebody else too', async () => {
    const at = await begin();
    await resetAuthenticators(at.idp, student, { actor: 'operator' });
    await givePasskey(at, at.device);
    await givePasskey(at, at.device, other);
    expect((await at.idp.authenticators.find(other)).authenticators).toHaveLength(1);
  });
});
