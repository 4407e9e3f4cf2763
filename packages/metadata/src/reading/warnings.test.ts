import { expect, test } from '@jest/globals';
import { summariseWarnings } from './warnings.ts';

const about = (entityId: string | undefined) => ({ source: 'x', entityId, message: 'is odd' });

test('a summary tells the first few and how many more there are, on one line whatever a name holds', () => {
  expect(summariseWarnings([])).toBe('');
  expect(summariseWarnings([about(undefined), about('a\nb')])).toBe('is odd; "a\\nb": is odd');
  expect(summariseWarnings(['a', 'b', 'c', 'd', 'e'].map(about))).toBe(
    '"a": is odd; "b": is odd; "c": is odd; 2 more like these',
  );
});
