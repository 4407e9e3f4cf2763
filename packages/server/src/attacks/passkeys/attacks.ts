import { minutes } from '@gakumon/terms';
import {
  fillIn,
  type PretendAuthenticator,
  type PretendBrowser,
  type PretendUse,
  pretendAuthenticator,
  pretendBrowser,
} from '@gakumon/testkit';
import { addPasskey, atAuthenticators, form } from '../../flows/portalAuthenticatorsPages.ts';
import { logIn, student, type TestDoor, type TestDoorOptions, teacher } from '../../flows/testDoor.ts';
import type { Attack, Expected, RawRequest } from '../attack.ts';
import { formSubmission } from '../browserForms.ts';

export const doorOptions: TestDoorOptions = { policy: { enrolment: [{ name: 'anywhere', for: 'any' }] } };

/** A security key that somebody has enrolled. */
async function enrolKey(door: TestDoor, person: typeof student | typeof teacher): Promise<PretendAuthenticator> {
  const device = pretendAuthenticator();
  await addPasskey(door, await atAuthenticators(door, person), device, 'my key');
  return device;
}

async function atLogin(door: TestDoor): Promise<PretendBrowser> {
  const browser = pretendBrowser({ language: 'en' });
  await browser.open(door.ask());
  return browser;
}

async function afterPassword(door: TestDoor): Promise<PretendBrowser> {
  const browser = pretendBrowser({ language: 'en' });
  await browser.open(door.ask({ requestedAuthnContext: { classes: ['https://refeds.org/profile/mfa'] } }));
  await logIn(browser);
  return browser;
}

function answerOf(device: PretendAuthenticator, { page }: PretendBrowser, use: Partial<PretendUse> = {}): string {
  const [options = ''] = page.attributes('#passkey', 'data-options');
  return device.get(options, { origin: new URL(page.url).origin, ...use });
}

const send = (browser: PretendBrowser, typed: Readonly<Record<string, string>>): RawRequest =>
  formSubmission(browser, fillIn(form(browser.page, 'passkey'), typed));

/** Instead of a password, and after one. */
function byBothUses(name: string, expected: Expected, use: Partial<PretendUse>): readonly Attack[] {
  const pages = [
    ['instead of a password', atLogin],
    ['after the password', afterPassword],
  ] as const;
  return pages.map(([when, open]) => ({
    name: `${name}, ${when}`,
    expected,
    request: async (door) => {
      const device = await enrolKey(door, student);
      const browser = await open(door);
      return send(browser, { response: answerOf(device, browser, use) });
    },
  }));
}

const wrong = { told: 'passkey-wrong' } as const;
const unknown = { told: 'passkey-unknown' } as const;
const stale = { told: 'passkey-stale' } as const;

export const attacks: readonly Attack[] = [
  ...byBothUses('asked for by a site that looks like ours', wrong, { lies: { origin: 'https://evil.example' } }),
  ...byBothUses('made for another site', wrong, { lies: { rpId: 'evil.example' } }),
  ...byBothUses('an answer to a question that we did not ask here', wrong, { lies: { challenge: 'AAAA' } }),
  ...byBothUses('signed by another key', wrong, { lies: { anotherKey: true } }),
  ...byBothUses('by a copy of the key, whose counter is behind', wrong, { lies: { counter: 1 } }),
  ...byBothUses('by a key that nobody has here', unknown, { lies: { credentialId: 'A'.repeat(43) } }),
  {
    name: 'a found key without its PIN, instead of a password',
    expected: { told: 'passkey-unverified' },
    request: async (door) => {
      const device = await enrolKey(door, student);
      const browser = await atLogin(door);
      return send(browser, { response: answerOf(device, browser, { userVerified: false }) });
    },
  },
  {
    name: 'one’s own key after somebody else’s password',
    expected: unknown,
    request: async (door) => {
      await enrolKey(door, student);
      const mine = await enrolKey(door, teacher);
      const browser = await afterPassword(door);
      const credentialId = mine.credentials[0]?.id ?? '';
      return send(browser, { response: answerOf(mine, browser, { credentialId }) });
    },
  },
  {
    name: 'the answer that another browser was seen to send',
    expected: wrong,
    request: async (door) => {
      const device = await enrolKey(door, student);
      const response = answerOf(device, await atLogin(door));
      return send(await atLogin(door), { response });
    },
  },
  {
    name: 'the answer of another browser with its question',
    expected: wrong,
    request: async (door) => {
      const device = await enrolKey(door, student);
      const seen = await atLogin(door);
      const challenge = form(seen.page, 'passkey').fields.find(({ name }) => name === 'challenge')?.value ?? '';
      return send(await atLogin(door), { challenge, response: answerOf(device, seen) });
    },
  },
  {
    name: 'a question that we never asked',
    expected: stale,
    request: async (door) => {
      const device = await enrolKey(door, student);
      const browser = await atLogin(door);
      return send(browser, { challenge: 'AAAA', response: answerOf(device, browser) });
    },
  },
  {
    name: 'an answer half an hour after the question',
    expected: stale,
    request: async (door) => {
      const device = await enrolKey(door, student);
      const browser = await atLogin(door);
      door.clock.advance(minutes(30));
      return send(browser, { response: answerOf(device, browser) });
    },
  },
  {
    name: 'no answer, but markup',
    expected: wrong,
    request: async (door) => {
      await enrolKey(door, student);
      return send(await atLogin(door), { response: '"><script>alert(1)</script>' });
    },
  },
];
