import { fillIn, pretendBrowser } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { toldOf, untilTold } from './stores/sightings.ts';
import { deliveryForm, loginForm, openTestDoor, student } from './testDoor.ts';

test('law 10: when the stores are gone there is a page, a probe that is not ready, and no login', async () => {
  const door = await openTestDoor();
  const browser = pretendBrowser({ language: 'en' });
  const form = fillIn(loginForm(await browser.open(door.ask())), student);
  await door.parts.close();

  const page = await browser.submit(form);
  expect(page.status).toBe(503);
  expect(deliveryForm(page)).toBeUndefined();
  expect(page.text).toMatch(/out of order for a moment.*\w{4}-\w{2}/s);
  expect(page.forms.map(({ buttons }) => buttons[0]?.text)).toContain('Show the sign-in page again');
  expect(page.hops.flatMap(({ setCookie }) => setCookie)).toEqual([]);
  expect(page.body).not.toMatch(/sqlite|database|\.ts:|\n\s+at /i);
  expect(door.log).toContainEqual(expect.objectContaining({ level: 50, code: 'store-unavailable' }));
  // Nobody had asked a probe: the refusal itself brought it to light
  await untilTold(door, 'a store is away');

  const ready = await fetch(`${door.baseUrl}/readyz`);
  expect([ready.status, await ready.text()]).toEqual([503, 'not ready\n']);
  expect((await fetch(`${door.baseUrl}/healthz`)).status).toBe(200);
  expect((await fetch(`${door.baseUrl}/idp/shibboleth`)).status).toBe(200);
  for (let asked = 0; asked < 5; asked += 1) expect((await browser.open(door.ask())).status).toBe(503);
  expect(toldOf(door, 'store', 'records')).toEqual(['a store is away']);
});
