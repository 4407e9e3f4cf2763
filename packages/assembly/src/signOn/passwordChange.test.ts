import { type Directory, withFreshness } from '@gakumon/directory';
import { acceptPassword, changePasswordAtLogin, continueSso } from '@gakumon/idp';
import { minutes, type PasswordState, type Person, type Username } from '@gakumon/terms';
import { fixedClock, pretendSp } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { afterwards, ask, browser, makeTestIdp } from './testIdp.ts';

const student = 's1234567' as Username;
const given = 'given by the desk';
const chosen = 'a river in the morning';

/** One directory, and the memories of two nodes in front of it. */
function makeNodes(clock: () => number) {
  let current = { password: given, state: undefined as PasswordState | undefined };
  const person = (): Person => ({
    username: student,
    directory: 'ad',
    passwordVersion: `of ${current.password.length}`,
    account: { password: current.state },
    groups: [],
    attributes: {},
  });
  const directory: Directory = {
    name: 'ad',
    passwordPlace: { at: 'here' },
    find: async () => person(),
    verifyPassword: async (_, password) =>
      password === current.password ? { kind: 'accepted', person: person() } : { kind: 'rejected' },
    changePassword: async (_, { next }) => {
      current = { password: next, state: undefined };
      return { kind: 'changed', person: person() };
    },
  };
  const options = { age: minutes(5), entries: 10, away: 0, clock, report: () => {} };
  const nodes = [withFreshness(directory, options), withFreshness(directory, options)] as const;
  const expire = (): void => {
    current = { ...current, state: { kind: 'expired' } };
  };
  return { nodes, expire };
}

test('who changed it on one node is let in by the other, which still remembers the old one', async () => {
  const clock = fixedClock();
  const sp = pretendSp({ clock });
  const { nodes, expire } = makeNodes(clock);
  const { idp } = await makeTestIdp([sp], { clock });
  const [here, there] = nodes.map((node) => ({ ...idp, directories: () => [node] }));
  if (here === undefined || there === undefined) throw new Error('two nodes');
  const { attempt: before } = await ask(there, sp);
  await acceptPassword(there, before, browser, { username: student, password: given });
  const signedOn = afterwards(await continueSso(there, before, browser));
  expire();

  const visitor = { ...browser, browser: 'another' as never };
  const { attempt } = await ask(here, sp);
  await acceptPassword(here, attempt, visitor, { username: student, password: given });
  expect(await continueSso(here, attempt, visitor)).toMatchObject({ kind: 'changePassword' });
  await changePasswordAtLogin(here, attempt, visitor, { current: given, next: chosen, again: chosen });
  const changed = afterwards(await continueSso(here, attempt, visitor), visitor);

  const asking = async (who: typeof signedOn) => continueSso(there, (await ask(there, sp)).attempt, who);
  expect(await asking(changed)).toMatchObject({ kind: 'deliver', refusal: undefined });
  // It knows the new one by now: what was proved with the old one has fallen
  expect(await asking(signedOn)).toMatchObject({ kind: 'login' });
});
