import { pretendBrowser } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { openTestDoor } from '../flows/testDoor.ts';

test('idp.wantAuthnRequestsSigned: an unsigned request of any SP is refused, a signed one is not, and metadata says so', async () => {
  const door = await openTestDoor({ idp: { wantAuthnRequestsSigned: true } });
  const browser = pretendBrowser({ language: 'en' });
  const refused = await browser.open(door.ask());
  expect(refused.status).toBe(403);
  expect(door.log).toContainEqual(expect.objectContaining({ code: 'signature-missing' }));
  const asked = await browser.open(door.ask({ sign: true }));
  expect(asked.forms.map(({ id }) => id)).toContain('login');
  const metadata = await (await fetch(`${door.baseUrl}/idp/shibboleth`)).text();
  expect(metadata).toMatch(/<md:IDPSSODescriptor[^>]* WantAuthnRequestsSigned="true"/);
});
