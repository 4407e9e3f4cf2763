import { pretendBrowser } from '@gakumon/testkit';
import { beforeEach, expect, test } from '@jest/globals';
import { alerts, form } from './portalAuthenticatorsPages.ts';
import { openTestDoor, type TestDoor } from './testDoor.ts';

let door: TestDoor;
beforeEach(async () => {
  door = await openTestDoor({ hostname: 'localhost', policy: {} });
});

/** The login page of a service that accepts a passkey alone, and a way to send answers of nobody's keys from it. */
async function atLogin() {
  const browser = pretendBrowser({ language: 'en' });
  await browser.open(door.ask({ requestedAuthnContext: { classes: ['https://refeds.org/profile/mfa'] } }));
  const passkey = form(browser.page, 'passkey');
  const send = (changed: Readonly<Record<string, string>>) =>
    browser.submit({
      ...passkey,
      fields: passkey.fields.map((field) => ({ ...field, value: changed[field.name] ?? field.value })),
    });
  return { send };
}

const nobodys = JSON.stringify({
  id: 'bm9ib2R5',
  rawId: 'bm9ib2R5',
  type: 'public-key',
  response: { clientDataJSON: 'e30', authenticatorData: 'eA', signature: 'eA', userHandle: 'dQ' },
});
const refused = () => door.log.filter(({ msg }) => msg === 'refused');

test('attack: answers to no question of ours open no case, whatever strangers send, and are in the log', async () => {
  const { send } = await atLogin();
  for (let tries = 0; tries < 5; tries += 1) {
    const page = await send({ challenge: 'AAAA', response: nobodys });
    expect(alerts(page)).toHaveLength(1);
    expect(alerts(page).join()).not.toContain('Reference');
  }
  expect(refused()).toHaveLength(5);
  for (const line of refused()) expect(line).toMatchObject({ code: 'passkey-stale' });
  expect(refused().map((line) => line.case)).toEqual(Array(5).fill(undefined));
});

test('one that a person may have come to the help desk with has a case', async () => {
  const { send } = await atLogin();
  const page = await send({ response: nobodys });
  expect(alerts(page).join()).toContain('Reference');
  expect(refused()).toMatchObject([{ code: 'passkey-unknown', case: expect.any(String) }]);
});

test('attack: a form of another page, or none of ours, is refused before anything else is looked at', async () => {
  const { send } = await atLogin();
  await send({ csrf: 'AAAA', response: nobodys });
  expect(refused()).toMatchObject([{ code: 'form-foreign' }]);
});
