import { X509Certificate } from 'node:crypto';
import { type MetadataSource, noFilter, type SourceState } from '@gakumon/metadata';
import { testKeys } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { judgeSource } from './judgeSource.ts';

const now = Date.parse('2024-04-08T09:00:00Z');
const hour = 3_600_000;
const day = 24 * hour;

const source: MetadataSource = {
  name: 'federation',
  origin: { kind: 'url', url: 'https://metadata.example.org/all.xml' },
  signers: [],
  unsigned: false,
  allowSha1: false,
  maxValidity: 15 * day,
  filter: noFilter,
  mayAssert: ['categories', 'scopes'],
  refresh: hour,
  guard: { mostLost: 0.1 },
};

const well: SourceState = {
  name: 'federation',
  kind: 'url',
  source,
  loadedAt: undefined,
  documents: [],
  serviceProviders: 195,
  identityProviders: 455,
  entities: 650,
  acceptedAt: now - 3 * hour,
  checkedAt: now - 300_000,
  validUntil: now + 13.5 * day,
  nextAt: now + hour,
  problem: undefined,
  hint: undefined,
  held: [],
  isBusy: false,
  warnings: [],
};

const judged = (differs: Partial<SourceState>): string[] =>
  judgeSource({ ...well, ...differs }, now).map(({ level, message }) => `${level} ${message}`);
const fine = 'ok federation: 195 service providers, accepted 3 hours ago, asked 5 minutes ago, valid for 13 days';

describe('how a source stands', () => {
  test('one that is well says how old it is, and for how long it is good', () => {
    expect(judged({})).toEqual([fine]);
    expect(judged({ kind: 'file', validUntil: undefined })).toEqual(['ok federation: 195 service providers']);
  });

  test('its end is told while there is time: a third of what maxValidity allows, else five days', () => {
    const expires = (days: number) => judged({ validUntil: now + days * day }).slice(1);
    expect(expires(5.1)).toEqual([]);
    expect(expires(5)).toEqual([
      'warn federation: expires in 5 days, and nobody can log in to its service providers then',
    ]);
    const short = { ...source, maxValidity: day };
    expect(judged({ source: short, validUntil: now + 9 * hour }).slice(1)).toEqual([]);
    expect(judged({ source: short, validUntil: now + 8 * hour }).slice(1)).toHaveLength(1);
    const anyDistance = { ...source, maxValidity: undefined };
    expect(judged({ source: anyDistance, validUntil: now + 4 * day }).slice(1)).toHaveLength(1);
  });

  test('what has expired fails', () => {
    expect(judged({ validUntil: now - day })).toEqual([
      'fail federation: expired 1 day ago: nobody can log in to its service providers',
    ]);
  });

  test('trouble is a warning as long as the last good copy of something that is fetched serves, else a failure', () => {
    const problem = 'https://metadata.example.org/all.xml: the server does not answer';
    expect(judged({ problem })).toEqual([`warn federation: ${problem}; what was accepted before serves on`]);
    expect(judged({ problem, validUntil: now })).toEqual([
      expect.stringMatching(/^fail federation: expired .*; https:.*answer$/),
    ]);
    expect(judged({ problem, acceptedAt: undefined, validUntil: undefined })[0]).toBe(`fail federation: ${problem}`);
    expect(judged({ problem, kind: 'file' })[0]).toBe(`fail federation: ${problem}`);
  });

  test('what is held back is told with the way out', () => {
    const held = [
      {
        directory: '/x',
        sha256: 'ab'.repeat(32),
        reason: '60 of 650 service providers are gone',
        since: now - 2 * day,
        lost: [],
      },
    ];
    const [, found] = judgeSource({ ...well, held }, now);
    expect(found).toMatchObject({
      level: 'warn',
      message: 'federation: a new document is held back since 2 days: 60 of 650 service providers are gone',
      hint: expect.stringMatching(/gakumon metadata refresh federation --accept abababababababab takes it$/),
    });
  });

  test('attack: a clock that was ahead when it was asked is told', () => {
    expect(judged({ checkedAt: now + 5 * day }).slice(1)).toEqual([
      'warn federation: was last asked in 5 days: the clock is wrong, or was then',
    ]);
    expect(judged({ checkedAt: now + 1000 }).slice(1)).toEqual([]);
  });

  test('one that nobody asks any more is told: no server runs', () => {
    expect(judged({ checkedAt: now - 4 * hour }).slice(1)).toEqual(['warn federation: was last asked 4 hours ago']);
    expect(judged({ checkedAt: now - 3 * hour }).slice(1)).toEqual([]);
  });

  test('the certificate of a signer is told two months before its end, not after', () => {
    const { certificatePem } = testKeys.idpSigning;
    const end = new X509Certificate(certificatePem).validToDate.getTime();
    const state = { ...well, source: { ...source, signers: [{ pem: certificatePem }] }, validUntil: undefined };
    const at = (moment: number) =>
      judgeSource({ ...state, checkedAt: moment }, moment).filter(({ message }) => message.includes('signer'));
    expect(at(end - 61 * day)).toEqual([]);
    expect(at(end - 59 * day)).toMatchObject([
      { level: 'warn', message: expect.stringMatching(/[0-9A-F:]{95} ends on/) },
    ]);
    expect(at(end + day)).toEqual([]);
  });

  test('attack: what a server says of itself does not steer the terminal', () => {
    const [found] = judged({ problem: 'said \u001b[2J' });
    expect(found).not.toContain('\u001b');
  });
});
