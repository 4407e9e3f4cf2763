import type { TotpAuthenticator } from '@gakumon/mfa';
import type { AuthenticatorId, BrowserId, Username } from '@gakumon/terms';
import { fillIn, type PretendBrowser, type PretendLies, pretendAuthenticator, testKeys } from '@gakumon/testkit';
import { atAuthenticators, codeOf, form, offCampus, pageOf } from '../../flows/portalAuthenticatorsPages.ts';
import { student, type TestDoor, type TestDoorOptions, teacher } from '../../flows/testDoor.ts';
import type { Attack, AttackedDoor, Expected, RawRequest } from '../attack.ts';
import { formSubmission, submission, visitBy } from '../browserForms.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const model = 'cb69481e-8ff7-4039-93ec-0a2729a154a8';

/** Nobody is on campus; the student has an authenticator of the directory, the teacher has none. */
export const doorOptions: TestDoorOptions = {
  totpSecrets: { [student.username]: secret },
  policy: {
    ...offCampus,
    webauthn: { attestation: 'direct', aaguids: [model], roots: [testKeys.idpSigning.certificatePem] },
  },
};

const path = '/portal/authenticators';

/** The student, who has proved a code just now. */
async function atOwn(door: TestDoor): Promise<PretendBrowser> {
  const browser = await atAuthenticators(door, student);
  await browser.open(pageOf(door, '/prove'));
  await browser.submit(fillIn(form(browser.page, 'step-up'), { otp: codeOf(door, secret) }));
  return browser;
}

const byPassword = (name: string, expected: Expected, part: string): Attack => ({
  name,
  expected,
  request: async (door) => visitBy(await atAuthenticators(door, teacher), `${path}${part}`),
});

const keyOfModel = (name: string, lies: PretendLies): Attack => ({
  name,
  expected: { told: 'passkey-model' },
  request: async (door) => {
    const browser = await atOwn(door);
    await browser.open(pageOf(door, '/passkey'));
    const [options = ''] = browser.page.attributes('#passkey', 'data-options');
    const response = pretendAuthenticator().create(options, { origin: door.baseUrl, lies });
    return submission(browser, 'passkey', { response });
  },
});

/** The page that the owner opened, sent by somebody who knows a password. */
async function ownersForm(door: AttackedDoor): Promise<RawRequest> {
  const owner = await atOwn(door);
  await owner.open(pageOf(door, '/totp'));
  return formSubmission(await atAuthenticators(door, teacher), fillIn(form(owner.page, 'totp'), { otp: '123456' }));
}

/** What was scanned in another browser is shown in no other one, and completes nothing there. */
async function pushedOut(door: AttackedDoor): Promise<RawRequest> {
  const owner = await atOwn(door);
  await owner.open(pageOf(door, '/totp'));
  await door.parts.idp.authenticators.change(student.username as Username, (record) => ({
    ...record,
    pendingTotps: record.pendingTotps.map((one) => ({ ...one, browser: 'of-another' as BrowserId })),
  }));
  return submission(owner, 'totp', { otp: '123456' });
}

async function twentyFirst(door: AttackedDoor): Promise<RawRequest> {
  const { authenticators, clock } = door.parts.idp;
  const made = (index: number): TotpAuthenticator => ({
    kind: 'totp',
    id: `app-${index}` as AuthenticatorId,
    name: `app ${index}`,
    origin: 'enrolled',
    secret,
    createdAt: clock(),
    lastUsed: undefined,
    isShared: false,
    drift: 0,
  });
  const twenty = Array.from({ length: 20 }, (_, index) => made(index));
  await authenticators.change(student.username as Username, (record) => ({ ...record, authenticators: twenty }));
  return visitBy(await atOwn(door), `${path}/totp`);
}

const notAllowed = { told: 'enrolment-not-allowed' } as const;

export const attacks: readonly Attack[] = [
  byPassword('an app, with a stolen password from off campus', notAllowed, '/totp'),
  byPassword('a passkey, with a stolen password from off campus', notAllowed, '/passkey'),
  { name: 'by the form of another person’s page', expected: { page: 'form-foreign' }, request: ownersForm },
  keyOfModel('a security key of a model that the policy does not name', {}),
  keyOfModel('a security key that claims a model and says nothing', { aaguid: model, attestation: 'none' }),
  keyOfModel('a security key that vouches for itself', { aaguid: model, attestation: 'self' }),
  {
    name: 'the removal of what stands in the directory, by its address',
    expected: { told: 'authenticator-fixed' },
    request: async (door) => visitBy(await atOwn(door), `${path}/remove?authenticator=directory`),
  },
  {
    name: 'the removal of what nobody has, by its address',
    expected: { told: 'authenticator-not-found' },
    request: async (door) => visitBy(await atOwn(door), `${path}/remove?authenticator=%22%3E%3Cscript%3E`),
  },
  { name: 'what was begun in another browser', expected: { told: 'totp-begun-anew' }, request: pushedOut },
  { name: 'the twenty-first', expected: { told: 'authenticator-limit' }, request: twentyFirst },
];
