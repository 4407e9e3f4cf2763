import { expect, test } from '@jest/globals';
import { quote } from './warnings.ts';

test('what is quoted can neither break its line nor steer a terminal', () => {
  expect(quote('a\n\u001b[2J\u009b31m\u202e\u2028"b')).toBe('"a\\n\\u001b[2J\\u{9b}31m\\u{202e}\\u{2028}\\"b"');
});

test('what is quoted is never long', () => {
  expect(quote('x'.repeat(10_000))).toHaveLength(103);
});
