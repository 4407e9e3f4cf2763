import type { Directory } from '@gakumon/directory';
import {
  acceptPassword,
  beginPasskey,
  changePasswordAtLogin,
  continueSso,
  decideOwnEnrolment,
  findOwner,
  type Idp,
  ownRecord,
  type SsoAttempt,
} from '@gakumon/idp';
import { authnContexts, type PasswordState, type Person } from '@gakumon/terms';
import { fixedClock, pretendSp } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { campusPolicy, codeOf, onCampus, student } from './factorsRig.ts';
import { ask, makeTestIdp } from './testIdp.ts';

const given = 'given by the desk';
const chosen = 'a river in the morning';
const typed = { current: given, next: chosen, again: chosen };
const twoFactors = { classes: [authnContexts.refedsMfa] };

/** Somebody without any authenticator, whose service asks for two factors, and a password in this state. */
async function begin(state: PasswordState) {
  let current: { readonly password: string; readonly state: PasswordState | undefined } = { password: given, state };
  const person = (): Person => ({
    username: student,
    directory: 'ad',
    passwordVersion: `of ${current.password.length}`,
    account: { password: current.state },
    groups: [],
    attributes: {},
  });
  const changes: string[] = [];
  let before: (() => Promise<void>) | undefined;
  const directory: Directory = {
    name: 'ad',
    passwordPlace: { at: 'here' },
    find: async () => person(),
    verifyPassword: async (_, password) =>
      password === current.password ? { kind: 'accepted', person: person() } : { kind: 'rejected' },
    changePassword: async (_, { current: old, next }) => {
      const first = before;
      before = undefined;
      await first?.();
      if (old !== current.password) return { kind: 'rejected' };
      changes.push(next);
      current = { password: next, state: undefined };
      return { kind: 'changed', person: person() };
    },
  };
  const clock = fixedClock();
  const sp = pretendSp({ clock });
  const made = await makeTestIdp([sp], { clock, directories: [directory] });
  const idp: Idp = { ...made.idp, policy: () => campusPolicy('any') };
  const askFor = async (requestedAuthnContext?: { readonly classes: readonly string[] }): Promise<SsoAttempt> => {
    const { attempt } = await ask(idp, sp, requestedAuthnContext && { requestedAuthnContext });
    await acceptPassword(idp, attempt, onCampus, { username: student, password: given });
    return attempt;
  };
  /** Does something else once, just before a password is changed. */
  const meanwhile = (deed: () => Promise<void>): void => {
    before = deed;
  };
  return { idp, askFor, changes, meanwhile };
}

test('attack: by an initial password nobody gets a passkey that outlasts it', async () => {
  const { idp, askFor } = await begin({ kind: 'must-change' });
  const attempt = await askFor(twoFactors);
  expect(await continueSso(idp, attempt, onCampus)).toMatchObject({ kind: 'changePassword' });
  const owner = await findOwner(idp, onCampus, attempt);
  expect(await codeOf(beginPasskey(idp, owner))).toBe('enrolment-not-allowed');
  const record = await ownRecord(idp, owner.person).find();
  expect(await decideOwnEnrolment(idp, owner, record)).toMatchObject({ allowed: false });
});

test('attack: nor by one that was proved for a service which asks for the password alone', async () => {
  const { idp, askFor } = await begin({ kind: 'expired' });
  const attempt = await askFor();
  expect(await codeOf(beginPasskey(idp, await findOwner(idp, onCampus, attempt)))).toBe('enrolment-not-allowed');
});

test('the password is changed first, then they enrol, in one login', async () => {
  const { idp, askFor, changes } = await begin({ kind: 'must-change' });
  const attempt = await askFor(twoFactors);
  await changePasswordAtLogin(idp, attempt, onCampus, typed);
  expect(changes).toEqual([chosen]);
  expect(await continueSso(idp, attempt, onCampus)).toMatchObject({ kind: 'enrol' });
  expect(await codeOf(beginPasskey(idp, await findOwner(idp, onCampus, attempt)))).toBe('done');
});

test('a password that may wait stands in the way of no enrolment, and is not changed before all is proved', async () => {
  const { idp, askFor, changes } = await begin({ kind: 'expires', at: Date.UTC(2030, 0) });
  const attempt = await askFor(twoFactors);
  expect(await continueSso(idp, attempt, onCampus)).toMatchObject({ kind: 'enrol' });
  expect(await codeOf(changePasswordAtLogin(idp, attempt, onCampus, typed))).toBe('session-gone');
  expect(changes).toEqual([]);
});

test.each(['one after the other', 'at once'])(
  'who sends the new password twice goes on, %s: it is changed once',
  async (how) => {
    const { idp, askFor, changes, meanwhile } = await begin({ kind: 'must-change' });
    const attempt = await askFor();
    const post = () => codeOf(changePasswordAtLogin(idp, attempt, onCampus, typed));
    const told: string[] = [];
    if (how === 'at once') meanwhile(async () => void told.push(await post()));
    told.push(await post());
    if (told.length === 1) told.push(await post());
    expect(told).toEqual(['done', 'done']);
    expect(changes).toEqual([chosen]);
    expect(await continueSso(idp, attempt, onCampus)).toMatchObject({ kind: 'deliver', refusal: undefined });
  },
);

test('attack: who has proved nothing in this attempt is still not heard', async () => {
  const { idp, askFor, changes } = await begin({ kind: 'must-change' });
  const attempt = await askFor();
  const other = { ...onCampus, browser: 'another' as never };
  expect(await codeOf(changePasswordAtLogin(idp, attempt, other, typed))).toBe('session-gone');
  expect(changes).toEqual([]);
});
