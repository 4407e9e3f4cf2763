import { authnContexts, minutes, type Username } from '@gakumon/terms';
import { fillIn, pretendBrowser } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { codeOf, form, hasForm } from './portalAuthenticatorsPages.ts';
import { deliveryForm, logIn, openTestDoor, student } from './testDoor.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const unphishable = 'https://example.org/phishing-resistant';

/** Somebody who logged in an hour ago, and has stepped up since. */
async function begin() {
  const policy = { contexts: { phishingResistant: { uri: unphishable } } };
  const door = await openTestDoor({ hostname: 'localhost', totpSecrets: { [student.username]: secret }, policy });
  const victim = pretendBrowser({ language: 'en' });
  await victim.open(door.ask());
  await logIn(victim);
  door.clock.advance(minutes(50));
  await victim.open(door.ask({ requestedAuthnContext: { classes: [authnContexts.refedsMfa] } }));
  await victim.submit(fillIn(form(victim.page, 'step-up'), { otp: codeOf(door, secret) }));
  expect(deliveryForm(victim.page)).toBeDefined();
  door.clock.advance(minutes(5));
  return { door, victim };
}

test('attack: a stolen session cookie enrols no passkey by a login for a class out of reach', async () => {
  const { door, victim } = await begin();
  const stolen = victim.cookies().find(({ name }) => name.endsWith('session'));
  const cookie = `${stolen?.name}=${stolen?.value}; gakumon-browser=thief-thief-thief-thief`;
  const open = async (address: string): Promise<string> => {
    const answer = await fetch(address, { redirect: 'manual', headers: { cookie, 'accept-language': 'en' } });
    const next = answer.headers.get('location');
    return next === null ? answer.text() : open(new URL(next, address).href);
  };
  const forged = door.ask({ requestedAuthnContext: { classes: [unphishable] } });
  for (const address of [forged, `${door.baseUrl}/portal/authenticators/passkey`]) {
    const page = await open(address);
    expect(page).toContain('name="password"');
    expect(page).not.toContain('data-webauthn="create"');
  }
  expect(await open(`${door.baseUrl}/portal`)).not.toContain('name="password"');
  expect((await door.parts.idp.authenticators.find(student.username as Username)).authenticators).toEqual([]);
});

test('its owner is asked for the password and a code first, and then sets up what the service wants', async () => {
  const { door, victim } = await begin();
  await victim.open(door.ask({ requestedAuthnContext: { classes: [unphishable] } }));
  await logIn(victim);
  expect(hasForm(victim.page, 'step-up')).toBe(true);
  door.clock.advance(minutes(1));
  await victim.submit(fillIn(form(victim.page, 'step-up'), { otp: codeOf(door, secret) }));
  expect(victim.page.body).toContain('data-webauthn="create"');
});
