import { describe, expect, test } from '@jest/globals';
import { normaliseUsername, usernameLimit } from './username.ts';

const nameOf = (typed: string) => normaliseUsername(typed).username;

describe('normaliseUsername', () => {
  test.each([
    ['ｓ１２３４５６７', 's1234567'],
    ['Ｓ１２３４５６７', 's1234567'],
    ['S1234567', 's1234567'],
    ['  s1234567\t', 's1234567'],
    ['\u3000s1234567\u3000', 's1234567'],
    ['\u00a0s1234567\ufeff', 's1234567'],
    ['ｙａｍａｄａ．ｔａｒｏ', 'yamada.taro'],
    ['yamada－taro', 'yamada-taro'],
  ])('brings %j to %j', (typed, expected) => {
    expect(normaliseUsername(typed)).toEqual({ username: expected, looksLikeMail: false });
  });

  test.each(['', '   ', '\u3000', 'a'.repeat(usernameLimit + 1)])('has no name for %j', (typed) => {
    expect(nameOf(typed)).toBeUndefined();
  });

  test.each([
    ['a NUL that cuts the name in a C library', 's1234567\0admin'],
    ['a line feed that forges a log line', 's1234567\nadmin logged in'],
    ['a zero-width space that hides', 's123\u200b4567'],
    ['a right-to-left override that shows another name', 'admin\u202e7654321s'],
    ['half a surrogate pair', 's1234567\ud800'],
    ['white space inside', 's123 4567'],
    ['an ideographic space inside', 's123\u30004567'],
  ])('refuses %s', (_attack, typed) => {
    expect(nameOf(typed)).toBeUndefined();
  });

  test.each(['s1234567@example.ac.jp', 'ｓ１２３４５６７＠ｅｘａｍｐｌｅ．ａｃ．ｊｐ'])(
    'tells that %j looks like a mail address, and makes no other name of it',
    (typed) => {
      expect(normaliseUsername(typed)).toEqual({ username: 's1234567@example.ac.jp', looksLikeMail: true });
    },
  );

  test('does not take compatibility characters for what they resemble', () => {
    // NFKC would make `fi`, `1` and `a/c` of these.
    for (const lookalike of ['\ufb01', '\u2460', '\u2100', '\u1d43']) {
      expect(nameOf(lookalike)).not.toBe(lookalike.normalize('NFKC').toLowerCase());
    }
  });

  test('gives the same name for composed and decomposed letters', () => {
    expect(nameOf('Jose\u0301')).toBe(nameOf('jos\u00e9'));
  });

  test('is a fixed point for every character of the basic plane, so no two spellings reach two accounts', () => {
    const moving: string[] = [];
    for (let code = 0; code <= 0xffff; code += 1) {
      const once = nameOf(`a${String.fromCharCode(code)}b`);
      if (once !== undefined && nameOf(once) !== once) moving.push(code.toString(16));
    }
    expect(moving).toEqual([]);
  });
});
