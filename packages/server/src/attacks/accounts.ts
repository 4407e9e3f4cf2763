import type { AttributeSource } from '@gakumon/directory';
import { withSources } from '@gakumon/directory';
import type { Idp } from '@gakumon/idp';
import { type AccountClosure, GakumonError, type PasswordState } from '@gakumon/terms';
import { fillIn } from '@gakumon/testkit';
import { createPeopleDirectory } from '../flows/peopleDirectory.ts';
import { form } from '../flows/portalAuthenticatorsPages.ts';
import { logIn, student, type TestDoor } from '../flows/testDoor.ts';
import type { PageErrorCode } from '../messages/index.ts';
import { type EverydayError, openBrowser, openVariant, type Reached } from './variants.ts';

const { username, password } = student;
const chosen = 'a river in the morning';

/** The door with another directory behind it, in which the student's account stands so. */
async function withAccount(
  door: TestDoor,
  account: Parameters<typeof createPeopleDirectory>[1][string],
  more: Partial<Idp> = {},
) {
  const directory = createPeopleDirectory('local', { [username]: account });
  const variant = await openVariant(door, () => ({ directories: () => [directory], ...more }));
  return { ...variant, directory };
}

const closed = (code: PageErrorCode, closure: AccountClosure): EverydayError => ({
  code,
  reach: async (door) => {
    const { ask, log } = await withAccount(door, { password, account: { closed: closure } });
    return { page: await logIn(await openBrowser(ask())), log };
  },
});

type Typed = Partial<Record<'currentPassword' | 'newPassword' | 'newPasswordAgain', string>>;

/** A new password for one that must be changed. */
async function changeTo(door: TestDoor, typed: Typed, state: PasswordState = { kind: 'must-change' }) {
  const { ask, log } = await withAccount(door, { password, account: { password: state } });
  const browser = await openBrowser(ask());
  await logIn(browser);
  const asked = { currentPassword: password, newPassword: chosen, newPasswordAgain: typed.newPassword ?? chosen };
  return { page: await browser.submit(fillIn(form(browser.page, 'change-password'), { ...asked, ...typed })), log };
}

const changing = (code: PageErrorCode, typed: Typed): EverydayError => ({
  code,
  reach: (door) => changeTo(door, typed),
});

async function usedBefore(door: TestDoor): Promise<Reached> {
  const { ask, log, directory } = await withAccount(door, { password, account: { password: { kind: 'must-change' } } });
  await directory.changePassword?.(username as never, { current: password, next: chosen });
  directory.people.set(username, { password: chosen, account: { password: { kind: 'expired' } } });
  const browser = await openBrowser(ask());
  await logIn(browser, { password: chosen });
  const typed = { currentPassword: chosen, newPassword: password, newPasswordAgain: password };
  return { page: await browser.submit(fillIn(form(browser.page, 'change-password'), typed)), log };
}

async function locked(door: TestDoor): Promise<Reached> {
  const { ask, log } = await withAccount(door, { password, isLocked: true });
  return { page: await logIn(await openBrowser(ask())), log };
}

async function directoryAway(door: TestDoor): Promise<Reached> {
  const { ask, log, directory } = await withAccount(door, { password });
  directory.isAway = true;
  return { page: await logIn(await openBrowser(ask())), log };
}

async function awayWhileChanging(door: TestDoor): Promise<Reached> {
  const { ask, log, directory } = await withAccount(door, { password, account: { password: { kind: 'must-change' } } });
  const browser = await openBrowser(ask());
  await logIn(browser);
  directory.goesAway = 'after the change';
  const typed = { currentPassword: password, newPassword: chosen, newPasswordAgain: chosen };
  return { page: await browser.submit(fillIn(form(browser.page, 'change-password'), typed)), log };
}

/** A source that must not be missing. */
async function sourceAway(door: TestDoor): Promise<Reached> {
  const source: AttributeSource = {
    name: 'register',
    find: () => Promise.reject(new GakumonError('source-unavailable', { detail: 'register' })),
  };
  const used = {
    name: 'register',
    key: 'username',
    directories: undefined,
    whenAway: 'refuse',
    timeout: 1000,
    source,
  } as const;
  const directory = withSources(createPeopleDirectory('local', { [username]: { password } }), [used]);
  const { ask, log } = await openVariant(door, () => ({ directories: () => [directory] }));
  return { page: await logIn(await openBrowser(ask())), log };
}

const staffOnly: ReturnType<Idp['accessRules']> = [
  { name: 'staff only', to: 'any', allow: [{ groups: ['staff'] }], deny: [], message: undefined, contact: undefined },
];

async function notForStudents(door: TestDoor, isTold: boolean): Promise<Reached> {
  const { ask, log } = await withAccount(door, { password }, { accessRules: () => staffOnly });
  const browser = await openBrowser(ask());
  await logIn(browser);
  if (!isTold) return { page: browser.page, log };
  return { page: await browser.submit(form(browser.page, 'leave'), { button: 'decline' }), sp: door.sp };
}

/** What may be wrong with an account, its password, or the systems that know of it. */
export const accountErrors: readonly EverydayError[] = [
  closed('account-expired', { reason: 'expired' }),
  closed('account-left', { reason: 'left' }),
  closed('account-not-open', { reason: 'not-yet-open', opensAt: Date.UTC(2027, 2, 31, 15) }),
  { code: 'account-locked', reach: locked },
  { code: 'directory-unavailable', reach: directoryAway },
  { code: 'source-unavailable', reach: sourceAway },
  changing('password-current-wrong', { currentPassword: 'a guess' }),
  changing('password-missing', { newPassword: '' }),
  changing('password-mismatch', { newPasswordAgain: 'another river' }),
  changing('password-unchanged', { newPassword: password }),
  changing('password-too-short', { newPassword: 'short' }),
  changing('password-like-name', { newPassword: username }),
  changing('password-too-weak', { newPassword: 'with a line\nbreak in it' }),
  { code: 'password-change-unknown', reach: awayWhileChanging },
  changing('password-too-young', { newPassword: 'changed too soon, it says' }),
  changing('password-change-refused', { newPassword: 'forbidden by the access rules' }),
  { code: 'password-used-before', reach: usedBefore },
  { code: 'access-denied', reach: (door) => notForStudents(door, false) },
  { code: 'access-refused', reach: (door) => notForStudents(door, true) },
];
