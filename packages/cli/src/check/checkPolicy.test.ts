import type { Config } from '@gakumon/config';
import { hours } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import { checkPolicy, type PolicyGround } from './checkPolicy.ts';

const now = Date.parse('2027-03-10T00:00:00+09:00');
const ground: PolicyGround = {
  usernames: new Set(['s1234567', 't1234567']),
  groups: new Set(['students']),
  known: { ask: async () => ({ kind: 'unknown', why: undefined }), find: async () => undefined, list: () => [] },
  enrolled: ['t1234567', 'somebody-who-left'],
  now,
};

async function check(yaml: string, given: Partial<PolicyGround> = {}): Promise<string[]> {
  const config = { documents: { policy: 'policy.yaml' } } as Config;
  const findings = await checkPolicy(config, { ...ground, ...given }, async (file, _load, parse) =>
    parse(`version: 1\n${yaml}`, file),
  );
  return findings.map(({ level, message }) => `${level} ${message}`);
}

const enrolment = 'enrolment: [{ name: anywhere }]';

test('what begins within thirty days is warned of, with how many are not ready for it', async () => {
  const soon = 'rules: [{ name: everybody, require: mfa, from: 2027-04-01, announce: P30D }]';
  expect(await check(`${soon}\n${enrolment}`)).toContain(
    'warn everybody requires mfa in 22 days; 1 of 2 people have enrolled nothing',
  );
  expect(await check(`${soon}\n${enrolment}`, { enrolled: undefined })).toContain(
    'warn everybody requires mfa in 22 days',
  );
  const warnings = async (at: number) =>
    (await check(`${soon}\n${enrolment}`, { now: at })).filter((line) => line.startsWith('warn'));
  expect(await warnings(now - hours(24 * 10))).toEqual([]);
  expect(await warnings(now + hours(24 * 30))).toEqual([]);
});

test('rules for whom nobody could enrol are warned of; an enrolment that is over opens nothing', async () => {
  const staff = 'rules: [{ name: staff, when: { group: students }, require: mfa }]';
  const warning = 'warn policy.yaml: rules ask for more than a password, and now nobody may enrol it by one';
  expect(await check(staff)).toContain(warning);
  expect(await check(`${staff}\nenrolment: [{ name: week, until: 2027-03-01 }]`)).toContain(warning);
  expect(await check(`${staff}\n${enrolment}`)).not.toContain(warning);
  expect(await check('rules: [{ name: all, require: password }]')).not.toContain(warning);
});

test('groups and services that nobody knows are told', async () => {
  const rules = `rules:
  - { name: staff, when: { group: stafff }, require: mfa }
  - { name: payroll, when: { service: { entityId: 'https://pay.example.org/' } }, require: mfa }`;
  const lines = await check(`${rules}\n${enrolment}`);
  expect(lines).toContain('warn policy.yaml: rule staff: nobody is in the group stafff');
  expect(lines).toContain('warn policy.yaml: rule payroll: no metadata tells of https://pay.example.org/');
  expect((await check(`${rules}\n${enrolment}`, { known: undefined })).join('\n')).not.toContain('pay.example.org');
});

test('what backs AAL2 is told in full, and AAL2 is not there unless the site declares it', async () => {
  const lines = await check(`contexts: { sfa: false, aal2: { certified: true, within: PT8H } }`);
  const [aal2, ...others] = lines.filter((line) => line.includes('is backed by'));
  expect(others).toEqual([]);
  expect(aal2).toMatch(
    /^ok https:\/\/www\.gakunin\.jp\/profile\/AAL2 is backed by: policy\.yaml says that GakuNin certified/,
  );
  expect(aal2).toContain('password + TOTP (no shared secret)');
  expect(aal2).toContain('for 8 hours at most; unused for 30 minutes at most');
  expect((await check('rules: []')).join('\n')).not.toContain('AAL2');
});

test('a bad policy is a failure with its lines', async () => {
  const bad = () => check('rules: [{ name: all, require: mfaa }]');
  expect(await bad()).toEqual([expect.stringMatching(/^fail policy\.yaml:2: rules\[1\]\.require: no requirement/)]);
});
