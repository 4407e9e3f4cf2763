import type { Config } from '@gakumon/config';
import { hours } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import { checkPolicy, type PolicyGround } from './checkPolicy.ts';

const now = Date.parse('2027-03-10T00:00:00+09:00');
const ground: PolicyGround = {
  people: [
    { username: 's1234567', groups: ['students'], attributes: {}, hasTotp: false },
    { username: 't1234567', groups: [], attributes: { affiliation: ['staff'] }, hasTotp: false },
    { username: 'd1234567', groups: [], attributes: {}, hasTotp: true },
  ],
  groups: new Set(['students']),
  known: { ask: async () => ({ kind: 'unknown', why: undefined }), find: async () => undefined, list: () => [] },
  enrolled: ['t1234567', 'somebody-who-left'],
  now,
};

async function check(yaml: string, given: Partial<PolicyGround> = {}): Promise<string[]> {
  const documents = { policy: 'policy.yaml' };
  const listen = { host: '127.0.0.1', trustedProxies: [] };
  const config = { documents, idp: { baseUrl: 'http://localhost:8080' }, listen } as unknown as Config;
  const findings = await checkPolicy(config, { ...ground, ...given }, async (file, _load, parse) =>
    parse(`version: 1\n${yaml}`, file),
  );
  return findings.map(({ level, message }) => `${level} ${message}`);
}

const enrolment = `networks: { campus: { include: [192.0.2.0/24] } }
enrolment: [{ name: on-campus, when: { network: campus } }]`;

test('what begins within thirty days is warned of, with how many are not ready for it', async () => {
  const soon = 'rules: [{ name: everybody, require: mfa, from: 2027-04-01, announce: P30D }]';
  expect(await check(`${soon}\n${enrolment}`)).toContain(
    'warn everybody requires mfa in 22 days; 1 of the 3 people whom it concerns have enrolled nothing',
  );
  expect(await check(`${soon}\n${enrolment}`, { enrolled: undefined })).toContain(
    'warn everybody requires mfa in 22 days',
  );
  const warnings = async (at: number) =>
    (await check(`${soon}\n${enrolment}`, { now: at })).filter((line) => line.startsWith('warn'));
  expect(await warnings(now - hours(24 * 10))).toEqual([]);
  expect(await warnings(now + hours(24 * 30))).toEqual([
    'warn everybody requires mfa now; 1 of the 3 people whom it concerns have enrolled nothing',
  ]);
});

test('a rule in force counts only whom it concerns, and is silent when they are ready', async () => {
  const told = async (when: string, require = 'mfa') =>
    (await check(`rules: [{ name: r, when: ${when}, require: ${require} }]\n${enrolment}`)).filter((line) =>
      line.includes('requires'),
    );
  const one = ['warn r requires mfa now; 1 of the 1 person whom it concerns have enrolled nothing'];
  expect(await told('{ group: students }')).toEqual(one);
  expect(await told('{ attribute: { affiliation: staff } }')).toEqual([]);
  expect(await told('{ notGroup: students }')).toEqual([]);
  expect(await told('{ group: students }', 'password')).toEqual([]);
});

test('a requirement that no rule uses, and a rule that a later one makes void, are doubts', async () => {
  const rules = `requirements: { strict: { any: [[passkey]] }, fresh: { any: [[passkey]], within: PT30M } }
rules:
  - { name: some, when: { group: students }, require: strict }
  - { name: all, require: strict }`;
  const lines = await check(`${rules}\n${enrolment}`);
  expect(lines).toContain('warn policy.yaml: no rule asks for the requirement fresh: is the require of one mistyped?');
  expect(lines).toContain(
    'warn policy.yaml: some adds nothing any more: all, after it, asks for as much wherever it matches',
  );
  expect(lines.join('\n')).not.toContain('requirement strict:');
});

test('rules for whom nobody could enrol are warned of; an enrolment that is over opens nothing', async () => {
  const staff = 'rules: [{ name: staff, when: { group: students }, require: mfa }]';
  const warning = 'warn policy.yaml: rules ask for more than a password, and now nobody may enrol it by one';
  expect(await check(staff)).toContain(warning);
  expect(await check(`${staff}\nenrolment: [{ name: week, until: 2027-03-01 }]`)).toContain(warning);
  expect(await check(`${staff}\n${enrolment}`)).not.toContain(warning);
  expect(await check('rules: [{ name: all, require: password }]')).not.toContain(warning);
});

test('attack: a rule by which a stolen password enrols from anywhere is told of, whatever else is', async () => {
  const anywhere = (line: string) => /lets a stolen password .* from anywhere/.test(line);
  const told = async (rule: string) => (await check(`enrolment: [{ name: e, ${rule} }]`)).filter(anywhere);
  expect(await told('for: any')).toEqual([
    'warn policy.yaml: e lets a stolen password enrol, and remove what its owner has, from anywhere: name networks (or groups) under its when',
  ]);
  expect(await told('for: first')).toHaveLength(1);
  expect(await told('for: any, when: { group: students }')).toEqual([]);
  const over = `rules: [{ name: r, require: mfa }]\nenrolment: [{ name: e, until: 2027-03-01 }]`;
  const lines = (await check(over)).join('\n');
  expect(lines).toContain('from anywhere');
  expect(lines).toContain('now nobody may enrol it by one');
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
