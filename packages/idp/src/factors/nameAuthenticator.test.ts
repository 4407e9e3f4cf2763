import { describe, expect, test } from '@jest/globals';
import { longestName, nameAuthenticator } from './nameAuthenticator.ts';

const nameOf = (typed: string | undefined, ...others: string[]): string =>
  nameAuthenticator(
    typed,
    'TOTP',
    others.map((name) => ({ name })),
  );

describe('the name of an authenticator', () => {
  test.each([
    ['zero width spaces', '\u200b\u200b'],
    ['an Arabic letter mark', '\u061c'],
    ['a soft hyphen', '\u00ad'],
    ['a filler of Hangul', '\u3164'],
    ['fillers of Jamo', '\u115f\u1160'],
    ['a filler of half width', '\uffa0'],
    ['an empty pattern of Braille', '\u2800'],
    ['tags', '\u{e0041}\u{e007f}'],
    ['selectors of variants', '\ufe0f\u{e0100}'],
    ['joiners of nothing', '\u200d\u200c\u2060\ufeff'],
    ['directions', '\u202e\u2066\u200f'],
    ['half of a character', '\ud83d'],
  ])('attack: %s alone are no name', (_, typed) => {
    expect(nameOf(typed)).toBe('TOTP');
    expect(nameOf(`${typed} ${typed}`)).toBe('TOTP');
  });

  test.each([
    'Phone\u200b',
    '\u061cPhone',
    'Ph\u00adone',
    'Phone\u3164',
    'Phone\u{e0041}',
    'Pho\u200dne',
    'Phone\ufe0f',
  ])('attack: %j is no second Phone', (typed) => {
    expect(nameOf(typed)).toBe('Phone');
    expect(nameOf(typed, 'Phone')).toBe('Phone 2');
  });

  test('attack: nor is what only looks like it, nor a name that was stored with something unseen', () => {
    expect(nameOf('Ｐｈｏｎｅ', 'Phone')).toBe('Ｐｈｏｎｅ 2');
    expect(nameOf('Phone', 'Phone\u200b')).toBe('Phone 2');
    expect(nameOf('Phone', 'Phone', 'Phone\u00a02')).toBe('Phone 3');
  });

  test('emoji and letters of every script stay as they are', () => {
    for (const name of ['👨‍👩‍👧 family', '❤️‍🔥', '👩🏽‍💻', '研究室の鍵', 'Ключ', 'é', '한국'])
      expect(nameOf(name)).toBe(name);
    expect(nameOf('❤️', '❤')).toBe('❤️ 2');
  });

  test('what is cut ends with a whole character that joins with nothing', () => {
    expect([...nameOf(`${'a'.repeat(longestName - 2)}👨‍👩‍👧`)]).toHaveLength(longestName - 1);
    expect(nameOf(`${'a'.repeat(longestName - 2)}👨‍👩‍👧`)).toMatch(/👨$/u);
  });
});
