import { acceptPassword, continueSso, type Idp } from '@gakumon/idp';
import type { SessionId } from '@gakumon/terms';
import { fixedClock, pretendSp } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { afterwards, ask, browser, logIn, makeDirectory, makeTestIdp, password, readBy } from './testIdp.ts';

const typed = { username: 't7654321', password: 'another secret' };

/** A real IdP that also notes which sessions are begun and ended in it. */
function watchSessions(idp: Idp): { readonly watched: Idp; readonly begun: SessionId[]; readonly ended: SessionId[] } {
  const begun: SessionId[] = [];
  const ended: SessionId[] = [];
  const sessions: Idp['sessions'] = {
    ...idp.sessions,
    create: (session) => {
      begun.push(session.id);
      return idp.sessions.create(session);
    },
    revoke: (id) => {
      ended.push(id);
      return idp.sessions.revoke(id);
    },
  };
  return { watched: { ...idp, sessions }, begun, ended };
}

describe('attack: an answer that must not be given costs nobody their session', () => {
  async function refused() {
    const clock = fixedClock();
    const sp = pretendSp({ clock });
    const keyless = pretendSp({
      clock,
      entityId: 'https://keyless.example.net/sp',
      acs: ['https://keyless.example.net/acs'],
      encryptionKeys: [],
    });
    const directories = [
      await makeDirectory('local', 's1234567', password),
      await makeDirectory('staff', typed.username, typed.password),
    ];
    const settings = { encryption: 'required' } as const;
    const { idp } = await makeTestIdp([sp, keyless], { clock, directories, settings });
    const signedIn = afterwards(await logIn(idp, (await ask(idp, sp)).attempt));
    const { attempt } = await ask(idp, keyless, { forceAuthn: true });
    const { watched, ...noted } = watchSessions(idp);
    await acceptPassword(watched, attempt, signedIn, typed);
    return { idp: watched, sp, keyless, attempt, signedIn, noted };
  }

  test('nothing is consumed, begun or ended, and the session of another person lives on', async () => {
    const { idp, sp, attempt, signedIn, noted } = await refused();
    const step = await continueSso(idp, attempt, signedIn);
    expect(step).toMatchObject({ kind: 'deliver', refusal: 'encryption-impossible', session: undefined });
    expect(noted).toEqual({ begun: [], ended: [] });
    expect(await idp.attempts.isConsumed(attempt.id)).toBe(false);
    const next = await ask(idp, sp);
    expect(readBy(sp, await continueSso(idp, next.attempt, signedIn), next.requestId).assertion).toBeDefined();
  });
  test('the page reloaded tells the same, never that somebody is signed in', async () => {
    const { idp, attempt, signedIn, noted } = await refused();
    await continueSso(idp, attempt, signedIn);
    for (const visitor of [signedIn, { ...signedIn, session: undefined }]) {
      const again = await continueSso(idp, attempt, visitor);
      expect(again).toMatchObject({ kind: 'deliver', refusal: 'encryption-impossible', session: undefined });
    }
    expect(noted).toEqual({ begun: [], ended: [] });
  });
  test('why goes with it, for the log', async () => {
    const { idp, keyless, attempt, signedIn } = await refused();
    expect(await continueSso(idp, attempt, signedIn)).toMatchObject({
      refusalDetail: `${keyless.entityId}: its metadata has no encryption key`,
    });
  });
});

test.each([
  ['a control character', 'display\u0001Name'],
  ['half a character', 'displayName\ud842'],
])('attack: a name with %s, which XML cannot hold, consumes nothing and begins no session', async (_, name) => {
  const clock = fixedClock();
  const sp = pretendSp({ clock });
  const rules = [{ name: 'names', to: 'any' as const, release: ['displayName'], deny: [] }];
  const settings = { attributes: { displayName: { name, nameFormat: undefined, friendlyName: undefined } } };
  const made = await makeTestIdp([sp], { clock, rules, settings });
  const { watched: idp, ...noted } = watchSessions(made.idp);
  const { attempt } = await ask(idp, sp);
  await acceptPassword(idp, attempt, browser, { username: 's1234567', password });
  for (let look = 0; look < 2; look += 1) {
    await expect(continueSso(idp, attempt, browser)).rejects.toMatchObject({ code: 'xml-malformed' });
  }
  expect(noted).toEqual({ begun: [], ended: [] });
  expect(await idp.attempts.isConsumed(attempt.id)).toBe(false);
});
