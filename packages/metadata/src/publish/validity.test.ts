import { hours } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { validityOf } from './validity.ts';

const now = Date.parse('2026-04-08T09:12:34.567Z');
const days = (count: number): number => hours(24 * count);

describe('the validity of our metadata', () => {
  test.each([hours(1), days(1), days(14), days(366)])('of %d ms is never longer, and not much shorter', (validity) => {
    const { validUntil, cacheDuration } = validityOf(validity, now);
    expect(validUntil - now).toBeLessThanOrEqual(validity);
    expect(validUntil - now).toBeGreaterThanOrEqual(validity * (23 / 24));
    expect(cacheDuration).toBeLessThanOrEqual(validity / 4);
  });

  test('stays the same for a while, so that a copy can be recognised', () => {
    const at = (time: string) => validityOf(days(14), Date.parse(time)).validUntil;
    expect(at('2026-04-08T09:00:00Z')).toBe(at('2026-04-08T09:59:59Z'));
    expect(at('2026-04-08T10:00:00Z')).toBe(Date.parse('2026-04-22T10:00:00Z'));
  });
});
