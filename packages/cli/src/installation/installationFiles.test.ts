import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadPeople, loadPolicy, loadReleaseRules, parseConfig, parsePolicy } from '@gakumon/config';
import { decideEnrolment, defaultPolicy, type PolicyQuestion } from '@gakumon/mfa';
import type { Username } from '@gakumon/terms';
import { temporaryFolder } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { installationFiles, installationPaths } from './installationFiles.ts';
import { demoPolicyText } from './policyText.ts';

const files = installationFiles({
  entityId: 'https://idp.example.ac.jp/idp/shibboleth',
  baseUrl: 'https://idp.example.ac.jp',
  scopes: ['example.ac.jp'],
  organization: { ja: '例の大学', en: 'Example University' },
  supportUrl: undefined,
});

const place = async (path: string, change: (text: string) => string): Promise<string> => {
  const file = join(await temporaryFolder(), path);
  await writeFile(file, change(files.find((made) => made.path === path)?.content ?? ''));
  return file;
};

/** What somebody does who wants the examples: the # goes, and nothing else changes. */
const uncomment = (text: string): string => text.replace(/^#( {2}.*)$/gm, ' $1');
const asMade = (text: string): string => text;

test('the files go where it is said that they do', () => {
  expect(files.map(({ path }) => path)).toEqual(installationPaths);
});

test('as they are made, the documents are good and empty', async () => {
  expect(await loadPeople(await place('users.yaml', asMade))).toEqual([]);
  expect(await loadReleaseRules(await place('release.yaml', asMade))).toEqual([]);
});

test('as it is made, the policy is what would be without one, and its examples work', async () => {
  expect(await loadPolicy(await place('policy.yaml', asMade))).toEqual(defaultPolicy);
  expect(await loadPolicy(await place('policy.yaml', uncomment))).toMatchObject({
    networks: [{ name: 'campus', exclude: ['192.0.2.128/25'] }],
    rules: [{ name: 'outside-needs-mfa', require: { name: 'mfa' }, announce: 30 * 86_400_000 }],
    enrolment: [{ name: 'on-campus', for: 'any' }],
    contexts: expect.arrayContaining([expect.objectContaining({ uri: 'https://www.gakunin.jp/profile/AAL2' })]),
  });
  expect(parseConfig(files[0]?.content ?? '', '/etc/gakumon/gakumon.yaml').documents.policy).toBe(
    '/etc/gakumon/policy.yaml',
  );
});

test('the demonstration asks for nothing by itself, and lets enrol at its own machine only', () => {
  const policy = parsePolicy(demoPolicyText, 'policy.yaml');
  expect(policy).toEqual({ ...defaultPolicy, networks: policy.networks, enrolment: policy.enrolment });
  const enrol = (address: string) => {
    const question: PolicyQuestion = {
      now: 0,
      address,
      person: { username: 's1234567' as Username, groups: [], attributes: {} },
      service: undefined,
      contexts: [],
      firstProofAt: undefined,
      isNewBrowser: undefined,
      isNewNetwork: undefined,
    };
    const facts = [{ authenticator: 'password', at: 0, address, passwordVersion: undefined } as const];
    return decideEnrolment(policy, question, { facts, hasAuthenticators: true, now: 0 }).allowed;
  };
  expect(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'].map(enrol)).toEqual([true, true, true, true]);
  expect(['128.0.0.1', '::2', '192.0.2.1'].map(enrol)).toEqual([false, false, false]);
});

test('their examples work when the # is taken away, and the person of the example cannot log in yet', async () => {
  expect(await loadPeople(await place('users.yaml', uncomment))).toMatchObject([
    { username: 's1234567', groups: ['students'], attributes: { affiliation: ['student', 'member'] } },
  ]);
  const rules = await loadReleaseRules(await place('release.yaml', uncomment));
  expect(rules.map(({ to }) => to)).toEqual([
    { source: 'local' },
    { source: 'sp' },
    { entityId: 'https://sp.example.org/shibboleth' },
    { entityId: 'https://wiki.example.org/shibboleth' },
  ]);
});

test('a list that is not there at all is still a mistake', async () => {
  const cut = (text: string): string => text.replace(/^(people|rules):/m, '');
  await expect(loadPeople(await place('users.yaml', cut))).rejects.toMatchObject({
    detail: expect.stringMatching(/people: is missing/),
  });
  await expect(loadReleaseRules(await place('release.yaml', cut))).rejects.toMatchObject({
    detail: expect.stringMatching(/rules: is missing/),
  });
});

test('GakuNin’s federations are there for whoever takes the # away, with the fingerprint to compare', async () => {
  const text = files.find(({ path }) => path === 'gakumon.yaml')?.content ?? '';
  const made = parseConfig(text, '/etc/gakumon/gakumon.yaml');
  expect(made.metadata.sources.map(({ name }) => name)).toEqual(['local']);
  const preset = parseConfig(text.replace(/^( {4})# (- name| {2}\w+: )/gm, '$1$2'), '/etc/gakumon/gakumon.yaml');
  const [, ...gakunin] = preset.metadata.sources;
  expect(gakunin).toMatchObject([
    {
      name: 'gakunin',
      origin: { kind: 'url', url: 'https://metadata.gakunin.nii.ac.jp/gakunin-metadata.xml' },
      signers: [{ file: '/etc/gakumon/gakunin-signer-2017.cer' }],
      unsigned: false,
      maxValidity: 15 * 86_400_000,
    },
    {
      name: 'gakunin-test',
      origin: { kind: 'url', url: 'https://metadata.gakunin.nii.ac.jp/gakunin-test-metadata.xml' },
      signers: [{ file: '/etc/gakumon/gakunin-test-signer-2020.cer' }],
      unsigned: false,
      maxValidity: 15 * 86_400_000,
    },
  ]);
  expect(text).toContain(
    '5E:D6:A8:C5:E9:30:49:3F:B4:BA:77:54:6A:FB:66:BA:14:7D:CB:50:5B:EF:0F:D9:7C:26:04:C2:D9:36:FD:81',
  );
});
