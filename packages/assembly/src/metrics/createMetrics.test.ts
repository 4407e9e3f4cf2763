import { fixedClock } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { createMetrics } from './createMetrics.ts';
import { metricTable } from './metricTable.ts';
import { type SourceStanding, whyUnusable } from './sourceStanding.ts';
import { createTally } from './tally.ts';

const clock = fixedClock('2026-11-22T12:00:00Z');
const day = 86_400_000;
const federation: SourceStanding = {
  name: 'federation',
  kind: 'url',
  serviceProviders: 210,
  entities: 650,
  acceptedAt: clock() - day,
  checkedAt: clock() - 60_000,
  validUntil: clock() + 13 * day,
  problem: undefined,
  isHeld: false,
};

/** The values of our own metrics, by what stands in front of them. */
async function told(...readings: SourceStanding[][]): Promise<Record<string, number>> {
  let standings: readonly SourceStanding[] = [];
  const metrics = createMetrics(() => standings, createTally(), clock);
  let text = '';
  for (standings of readings) ({ text } = await metrics.read());
  const lines = text.split('\n').filter((line) => line.startsWith('gakumon_metadata_'));
  return Object.fromEntries(
    lines.map((line) => [line.replace(/^gakumon_metadata_| \S+$/g, ''), Number(/\S+$/.exec(line)?.[0])]),
  );
}

describe('a source of metadata', () => {
  test('is told in seconds and counts', async () => {
    expect(await told([federation])).toEqual({
      'age_seconds{source="federation"}': 86_400,
      'valid_seconds{source="federation"}': 13 * 86_400,
      'last_refresh_timestamp_seconds{source="federation"}': clock() / 1000 - 60,
      'last_refresh_ok{source="federation"}': 1,
      'usable{source="federation"}': 1,
      'held{source="federation"}': 0,
      'entities{source="federation"}': 650,
      'service_providers{source="federation"}': 210,
    });
  });

  test('that fails keeps the time of its last success, and what was good is still usable', async () => {
    const failing = { ...federation, checkedAt: clock(), problem: 'answers HTML', isHeld: true };
    expect(await told([federation], [failing])).toMatchObject({
      'last_refresh_timestamp_seconds{source="federation"}': clock() / 1000 - 60,
      'last_refresh_ok{source="federation"}': 0,
      'usable{source="federation"}': 1,
      'held{source="federation"}': 1,
    });
  });

  test('of which nothing is known has no times, and one that is gone is not told of', async () => {
    const never: SourceStanding = {
      name: 'new',
      kind: 'url',
      serviceProviders: 0,
      entities: 0,
      acceptedAt: undefined,
      checkedAt: undefined,
      validUntil: undefined,
      problem: 'no answer',
      isHeld: false,
    };
    expect(await told([federation], [never])).toEqual({
      'last_refresh_ok{source="new"}': 0,
      'usable{source="new"}': 0,
      'held{source="new"}': 0,
      'entities{source="new"}': 0,
      'service_providers{source="new"}': 0,
    });
  });

  test('attack: a name cannot add lines', async () => {
    const name = 'x"} 1\ngakumon_metadata_held{source="y';
    const { text } = await createMetrics(() => [{ ...federation, name }], createTally(), clock).read();
    expect(text.match(/^gakumon_metadata_held.*/gm)).toHaveLength(1);
  });
});

test('what was done is counted, and asking counts nothing', async () => {
  const tally = createTally();
  const metrics = createMetrics(() => [], tally, clock);
  tally.signedOn();
  tally.signedOn();
  tally.refused('acs-unknown');
  await metrics.read();
  const { text, contentType } = await metrics.read();
  expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(text).toContain('\ngakumon_sign_ons_total 2\n');
  expect(text).toContain('\ngakumon_refusals_total{code="acs-unknown"} 1\n');
  expect(text).toMatch(/\nprocess_resident_memory_bytes \d+/);
  for (const name of Object.keys(metricTable)) expect(text).toContain(`# HELP ${name} `);
});

describe('unusable is a source', () => {
  test.each<[string, Partial<SourceStanding>, string | undefined]>([
    ['whose copy has expired', { validUntil: clock() }, 'expired at 2026-11-22T12:00:00.000Z'],
    ['that never had one', { acceptedAt: undefined, serviceProviders: 0, problem: 'no answer' }, 'no answer'],
  ])('%s', (_, changes, why) => {
    expect(whyUnusable({ ...federation, ...changes }, clock())).toBe(why);
  });
  test.each<[string, Partial<SourceStanding>]>([
    ['whose new document is refused', { problem: 'wrong signer' }],
    ['that says nothing about time', { validUntil: undefined }],
    ['such as an empty folder', { kind: 'directory', acceptedAt: undefined, serviceProviders: 0 }],
  ])('but not one %s', (_, changes) => {
    expect(whyUnusable({ ...federation, ...changes }, clock())).toBeUndefined();
  });
});
