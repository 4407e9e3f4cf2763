import { minutes } from '@gakumon/terms';
import { fillIn, type PretendBrowser, pretendBrowser } from '@gakumon/testkit';
import { codeOf, form } from '../../flows/portalAuthenticatorsPages.ts';
import { logIn, student, type TestDoor, type TestDoorOptions, teacher } from '../../flows/testDoor.ts';
import type { Attack, AttackedDoor, Expected, RawRequest } from '../attack.ts';
import { submission } from '../browserForms.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const teachersSecret = 'MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK';

export const doorOptions: TestDoorOptions = {
  totpSecrets: { [student.username]: secret, [teacher.username]: teachersSecret },
};

/** A thief who knows the password of the student, at the page that asks for the code. */
async function atStepUp(door: TestDoor): Promise<PretendBrowser> {
  const browser = pretendBrowser({ language: 'en' });
  await browser.open(door.ask({ requestedAuthnContext: { classes: ['https://refeds.org/profile/mfa'] } }));
  await logIn(browser);
  return browser;
}

const guessFor = (door: TestDoor): string =>
  String((Number(codeOf(door, secret)) + 500_000) % 1_000_000).padStart(6, '0');
const tryCode = (browser: PretendBrowser, otp: string) =>
  browser.submit(fillIn(form(browser.page, 'step-up'), { otp }));

async function guess(door: TestDoor, times: number): Promise<PretendBrowser> {
  const browser = await atStepUp(door);
  for (let tries = 0; tries < times; tries += 1) await tryCode(browser, guessFor(door));
  return browser;
}

const typing = (name: string, expected: Expected, otp: (door: TestDoor) => string): Attack => ({
  name,
  expected,
  request: async (door) => submission(await atStepUp(door), 'step-up', { otp: otp(door) }),
});

async function seenOverTheShoulder(door: AttackedDoor): Promise<RawRequest> {
  await tryCode(await atStepUp(door), codeOf(door, secret));
  return submission(await atStepUp(door), 'step-up', { otp: codeOf(door, secret) });
}

async function tenthGuess(door: AttackedDoor): Promise<RawRequest> {
  for (let logins = 0; logins < 3; logins += 1) await guess(door, 3);
  return submission(await atStepUp(door), 'step-up', { otp: codeOf(door, secret) });
}

const none = { told: 'otp-missing' } as const;
const wrong = { told: 'otp-wrong' } as const;
const absent = { told: 'authenticator-not-found' } as const;
const foreign = { page: 'form-foreign' } as const;

export const attacks: readonly Attack[] = [
  typing('nothing at all', none, () => ' '),
  typing('a guess', wrong, guessFor),
  typing('the code of somebody else’s device', wrong, (door) => codeOf(door, teachersSecret)),
  typing('markup', none, () => '"><script>alert(1)</script>'),
  typing('ten thousand digits', none, () => '1'.repeat(10_000)),
  typing('an old code', { told: 'otp-drift' }, (door) => codeOf(door, secret, -minutes(3))),
  { name: 'a code that was used before', expected: { told: 'otp-used' }, request: seenOverTheShoulder },
  {
    name: 'the third guess in a login',
    expected: { told: 'otp-start-again' },
    request: async (door) => submission(await guess(door, 2), 'step-up', { otp: guessFor(door) }),
  },
  {
    name: 'the right code after nine guesses in three logins',
    expected: { told: 'authenticator-throttled' },
    request: tenthGuess,
  },
  {
    name: 'an authenticator that nobody has',
    expected: absent,
    request: async (door) => submission(await atStepUp(door), 'step-up', { authenticator: 'nobodys', otp: '123456' }),
  },
  {
    name: 'another person named in the form',
    expected: wrong,
    request: async (door) => {
      const sent = submission(await atStepUp(door), 'step-up', { otp: codeOf(door, teachersSecret) });
      return { ...sent, body: `${sent.body}&username=${teacher.username}` };
    },
  },
  {
    name: 'the page of another browser',
    expected: foreign,
    request: async (door) => {
      const { headers = {} } = submission(await atStepUp(door), 'step-up', {});
      return { ...submission(await atStepUp(door), 'step-up', { otp: codeOf(door, secret) }), headers };
    },
  },
  {
    name: 'the token of another login',
    expected: foreign,
    request: async (door) => {
      const other = form((await atStepUp(door)).page, 'step-up').fields.find(({ name }) => name === 'csrf')?.value;
      return submission(await atStepUp(door), 'step-up', { csrf: other ?? '', otp: codeOf(door, secret) });
    },
  },
];
