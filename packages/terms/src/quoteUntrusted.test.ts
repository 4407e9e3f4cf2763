import { expect, test } from '@jest/globals';
import { quoteUntrusted } from './quoteUntrusted.ts';

test('what is quoted can neither break its line nor steer a terminal', () => {
  expect(quoteUntrusted('a\n\u001b[2J\u009b31m\u202e\u2028"b')).toBe(
    '"a\\n\\u001b[2J\\u{9b}31m\\u{202e}\\u{2028}\\"b"',
  );
});

test('what is quoted is never long', () => {
  expect(quoteUntrusted('x'.repeat(10_000))).toHaveLength(103);
  expect(quoteUntrusted('x'.repeat(10_000), 500)).toHaveLength(503);
});

test('half a character at the cut is no character of its own', () => {
  expect(quoteUntrusted(`${'x'.repeat(99)}𠮷`)).toBe(`"${'x'.repeat(99)}\\ud842…"`);
});
