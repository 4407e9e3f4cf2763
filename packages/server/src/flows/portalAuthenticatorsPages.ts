import { computeOtp, otpStepOf } from '@gakumon/mfa';
import {
  type Form,
  fillIn,
  type Page,
  type PretendAuthenticator,
  type PretendBrowser,
  pretendBrowser,
} from '@gakumon/testkit';
import { logIn, openTestDoor, student, type TestDoor, type TestDoorOptions } from './testDoor.ts';

/** Everybody is on campus, where somebody with a password alone may enrol their first authenticator. */
export const onCampus = {
  networks: { campus: { include: ['127.0.0.0/8'], text: { ja: '学内', en: 'the campus network' } } },
  enrolment: [{ name: 'on-campus', when: { network: 'campus' }, for: 'first' }],
};
/** Nobody is. */
export const offCampus = {
  ...onCampus,
  networks: { campus: { ...onCampus.networks.campus, include: ['10.0.0.0/8'] } },
};

export const openAuthenticatorsDoor = (policy: object = onCampus, more: TestDoorOptions = {}): Promise<TestDoor> =>
  openTestDoor({ stores: { sessions: 'memory' }, policy: { ...policy }, ...more });

export const pageOf = ({ baseUrl }: TestDoor, part = ''): string => `${baseUrl}/portal/authenticators${part}`;

/** A browser of somebody who is signed in and looks at their authenticators. */
export async function atAuthenticators(
  door: TestDoor,
  person: { username: string; password: string } = student,
): Promise<PretendBrowser> {
  const browser = pretendBrowser({ language: 'en' });
  await browser.open(pageOf(door));
  await logIn(browser, person);
  return browser;
}

/** The form of that id, or that goes there. @throws Error when the page has none */
export function form(page: Page, wanted: string): Form {
  const found = page.forms.find(({ id, action }) => id === wanted || action.endsWith(wanted));
  if (found === undefined) throw new Error(`no form ${wanted} at ${page.url}: ${page.status} ${page.text}`);
  return found;
}

export const hasForm = (page: Page, wanted: string): boolean =>
  page.forms.some(({ id, action }) => id === wanted || action.endsWith(wanted));

export const alerts = (page: Page): readonly string[] => page.select('[role=alert]:not([hidden])');
export const statuses = (page: Page): readonly string[] => page.select('[role=status]:not([hidden])');
export const names = (page: Page): readonly string[] => page.select('article h2');

/** The secret that a page shows to be typed. */
export const shownSecret = (page: Page): string => page.select('.key').join('').replaceAll(/\s/g, '');

/** The code of a device, whose clock may be off. */
export const codeOf = (door: TestDoor, secret: string, offset = 0): string =>
  computeOtp(secret, otpStepOf(door.clock() + offset));

/** @returns the secret that is in the app now */
export async function addApp(door: TestDoor, browser: PretendBrowser, name: string): Promise<string> {
  const secret = shownSecret(await browser.open(pageOf(door, '/totp')));
  await browser.submit(fillIn(form(browser.page, 'totp'), { otp: codeOf(door, secret), name }));
  return secret;
}

/** Has the browser's authenticator answer the form of the page that is shown, as its script does. */
export function answerPasskey(
  { page }: PretendBrowser,
  id: string,
  device: PretendAuthenticator,
  more: Readonly<Record<string, string>> = {},
): Form {
  const [options = ''] = page.attributes(`#${id}`, 'data-options');
  const [asked] = page.attributes(`#${id}`, 'data-webauthn');
  const use = { origin: new URL(page.url).origin };
  const response = asked === 'create' ? device.create(options, use) : device.get(options, use);
  return fillIn(form(page, id), { response, ...more });
}

export async function addPasskey(
  door: TestDoor,
  browser: PretendBrowser,
  device: PretendAuthenticator,
  name: string,
): Promise<Page> {
  await browser.open(pageOf(door, '/passkey'));
  return browser.submit(answerPasskey(browser, 'passkey', device, { name }));
}

export const withField = (form: Form, name: string, value: string): Form => ({
  ...form,
  fields: form.fields.map((field) => (field.name === name ? { ...field, value } : field)),
});
