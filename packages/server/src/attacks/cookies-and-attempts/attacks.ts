import { hours } from '@gakumon/terms';
import { pretendBrowser } from '@gakumon/testkit';
import { loginForm, student, type TestDoor } from '../../flows/testDoor.ts';
import { type Attack, type AttackedDoor, get, post } from '../attack.ts';

type Opened = { readonly fields: Record<string, string>; readonly cookie: string };

/** A login page with everything that its form would send, and the cookies of its browser. */
async function openLogin(door: TestDoor): Promise<Opened> {
  const browser = pretendBrowser();
  const form = loginForm(await browser.open(door.ask()));
  const hidden = form.fields.map(({ name, value }) => [name, value] as const);
  const cookie = browser
    .cookies()
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
  return { fields: { ...Object.fromEntries(hidden), ...student }, cookie };
}

const send = (fields: Record<string, string>, headers: Record<string, string>) =>
  post('/idp/login', new URLSearchParams(fields).toString(), headers);

const changed =
  (change: (opened: Opened, door: AttackedDoor) => Promise<Opened> | Opened, headers: Record<string, string> = {}) =>
  async (door: AttackedDoor) => {
    const { fields, cookie } = await change(await openLogin(door), door);
    return send(fields, { ...(cookie === '' ? {} : { cookie }), ...headers });
  };
const field = (name: string, value: (old: string) => string) =>
  changed(({ fields, cookie }) => ({ fields: { ...fields, [name]: value(fields[name] ?? '') }, cookie }));

const tampered = { page: 'attempt-tampered' } as const;
const foreign = { page: 'form-foreign' } as const;

export const attacks: readonly Attack[] = [
  {
    name: 'no cookie',
    expected: { page: 'cookies-missing' },
    request: changed(({ fields }) => ({ fields, cookie: '' })),
  },
  {
    name: 'the cookie of another browser',
    expected: foreign,
    request: changed(async ({ fields }, door) => ({ fields, cookie: (await openLogin(door)).cookie })),
  },
  {
    name: 'a cookie that we never wrote',
    expected: { page: 'cookies-missing' },
    request: changed(({ fields }) => ({ fields, cookie: 'gakumon-browser="><script>alert(1)</script>' })),
  },
  { name: 'no token', expected: foreign, request: field('csrf', () => '') },
  { name: 'a token that we never gave', expected: foreign, request: field('csrf', () => 'A'.repeat(43)) },
  { name: 'no attempt', expected: tampered, request: field('attempt', () => '') },
  { name: 'an attempt cut short', expected: tampered, request: field('attempt', (old) => old.slice(0, -4)) },
  { name: 'an attempt with a longer end', expected: tampered, request: field('attempt', (old) => `${old}AAAA`) },
  {
    name: 'an attempt with a changed character',
    expected: tampered,
    request: field('attempt', (old) => `${old.slice(0, 60)}${old[60] === 'A' ? 'B' : 'A'}${old.slice(61)}`),
  },
  { name: 'two attempts', expected: tampered, request: () => get('/idp/sso?attempt=AAAA&attempt=BBBB') },
  {
    name: 'a form of another site',
    expected: foreign,
    request: changed((opened) => opened, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }),
  },
  {
    name: 'an attempt that is two hours old',
    expected: { page: 'attempt-stale' },
    request: changed((opened, door) => {
      door.clock.advance(hours(2));
      return opened;
    }),
  },
  {
    name: 'logout by a stranger’s form',
    expected: { page: 'cookies-missing' },
    request: () => post('/idp/profile/Logout', 'csrf=x'),
  },
];
