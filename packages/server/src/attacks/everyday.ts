import { createFileDirectory, createHashingQueue, hashPassword } from '@gakumon/directory';
import { freePort } from '@gakumon/testkit';
import { offCampus } from '../flows/portalAuthenticatorsPages.ts';
import { logIn, loginForm, openTestDoor, student, type TestDoor } from '../flows/testDoor.ts';
import { errorMessages } from '../messages/index.ts';
import { accountErrors } from './accounts.ts';
import { type EverydayError, openBrowser, openVariant, type Reached } from './variants.ts';

async function wrongPassword(door: TestDoor, times: number): Promise<Reached> {
  const browser = await openBrowser(door.ask());
  for (let tries = 1; tries < times; tries += 1)
    await logIn(browser, { username: 'nobody', password: `guess ${tries}` });
  return { page: await logIn(browser, { username: 'nobody', password: 'guess' }) };
}

const makePerson = async () => ({
  ...student,
  passwordHash: await hashPassword(student.password),
  groups: [],
  totpSecret: undefined,
  attributes: {},
});

async function disabledAccount(door: TestDoor): Promise<Reached> {
  const person = { ...(await makePerson()), isDisabled: true };
  const directory = createFileDirectory('local', () => [person]);
  const variant = await openVariant(door, () => ({ directories: () => [directory] }));
  return { page: await logIn(await openBrowser(variant.ask())), log: variant.log };
}

async function flood(door: TestDoor): Promise<Reached> {
  const person = await makePerson();
  const directory = createFileDirectory('local', () => [person], createHashingQueue({ running: 1, waiting: 0 }));
  const variant = await openVariant(door, () => ({ directories: () => [directory] }));
  const browsers = await Promise.all(Array.from({ length: 4 }, () => openBrowser(variant.ask())));
  const pages = await Promise.all(browsers.map((browser) => logIn(browser)));
  const page = pages.find(({ body }) => body.includes(errorMessages.en.busy.title));
  if (page === undefined) throw new Error(`nobody was refused: ${pages.map(({ status }) => status)}`);
  return { page, log: variant.log };
}

/** The person signs out in another window at the very moment of the answer. */
async function signedOutMeanwhile(door: TestDoor): Promise<Reached> {
  const variant = await openVariant(door, ({ sessions }) => ({
    sessions: {
      ...sessions,
      appendServiceProvider: async (id, visited, idleAt) => {
        await sessions.revoke(id);
        return sessions.appendServiceProvider(id, visited, idleAt);
      },
    },
  }));
  const browser = await openBrowser(variant.ask());
  await logIn(browser);
  return { page: await browser.open(variant.ask()), log: variant.log };
}

/** Staff end all sessions of the person between the password and the answer. */
async function revokedMeanwhile(door: TestDoor): Promise<Reached> {
  const variant = await openVariant(door, () => ({ isRevoked: ({ id }) => id === undefined }));
  return { page: await logIn(await openBrowser(variant.ask())), log: variant.log };
}

async function defect(door: TestDoor): Promise<Reached> {
  const { log, ask } = await openVariant(door, () => ({
    releaseRules: () => {
      throw new TypeError('a defect');
    },
  }));
  return { page: await logIn(await openBrowser(ask())), log };
}

async function storesGone(): Promise<Reached> {
  const other = await openTestDoor();
  const browser = await openBrowser(other.ask());
  await other.parts.close();
  return { page: await logIn(browser), log: other.log };
}

/** The server that counts before all other sources does not answer. */
async function mdqGone(): Promise<Reached> {
  const mdq = `http://127.0.0.1:${await freePort()}`;
  const other = await openTestDoor({ sources: [{ name: 'mdq', mdq, unsigned: true }] });
  const { page } = await openBrowser(other.ask());
  return { page, log: other.log };
}

/** Somebody off campus, who has nothing but a password, where the policy wants more. */
async function nothingToProve(): Promise<Reached> {
  const other = await openTestDoor({ policy: { ...offCampus, rules: [{ name: 'everywhere', require: 'mfa' }] } });
  return { page: await logIn(await openBrowser(`${other.baseUrl}/portal`)), log: other.log };
}

/** What everybody may meet, reached as people and SPs reach it. */
export const everydayErrors: readonly EverydayError[] = [
  ...accountErrors,
  { code: 'credentials-wrong', reach: (door) => wrongPassword(door, 1) },
  {
    code: 'credentials-missing',
    reach: async (door) => ({ page: await logIn(await openBrowser(door.ask()), { password: '' }) }),
  },
  { code: 'account-disabled', reach: disabledAccount },
  { code: 'account-throttled', reach: (door) => wrongPassword(door, 9) },
  { code: 'busy', reach: flood },
  { code: 'session-gone', reach: signedOutMeanwhile },
  { code: 'login-revoked', reach: revokedMeanwhile },
  { code: 'step-up-unreachable', reach: nothingToProve },
  { code: 'store-unavailable', reach: storesGone },
  { code: 'service-undecided', reach: mdqGone },
  { code: 'internal', reach: defect },
  {
    code: 'login-cancelled',
    reach: async (door) => {
      const browser = await openBrowser(door.ask());
      return { page: await browser.submit(loginForm(browser.page), { button: 'decline' }), sp: door.sp };
    },
  },
  {
    code: 'subject-other',
    reach: async (door) => {
      const extra = '<saml:Subject><saml:NameID>s7654321@example.ac.jp</saml:NameID></saml:Subject>';
      return { page: await logIn(await openBrowser(door.ask({ extra }))), sp: door.sp };
    },
  },
  {
    code: 'encryption-impossible',
    reach: async (door) => {
      const { ask } = await openVariant(door, (idp) => ({
        settingsOf: (entityId) => ({
          ...idp.settingsOf(entityId),
          encryption: 'required',
          encryptionKey: 'f'.repeat(64),
        }),
      }));
      return { page: await logIn(await openBrowser(ask())), sp: door.sp };
    },
  },
];
