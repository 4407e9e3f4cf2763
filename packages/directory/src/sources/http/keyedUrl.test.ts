import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addressForLog, keyedUrl } from './keyedUrl.ts';

const inPath = 'https://hr.example.ac.jp/people/{key}/facts';
const inQuery = 'https://hr.example.ac.jp/people?id={key}&full=1';

describe('a key in an address', () => {
  test('is percent-encoded, in the path as behind the question mark', () => {
    expect(keyedUrl(inPath, 'a b+c@例')?.href).toBe('https://hr.example.ac.jp/people/a%20b%2Bc%40%E4%BE%8B/facts');
    expect(keyedUrl(inQuery, 'x&full=0#y')?.searchParams.get('id')).toBe('x&full=0#y');
    expect(keyedUrl(inQuery, 'a/../b')?.searchParams.get('id')).toBe('a/../b');
  });
  test.each(['?admin=1', '#', '%2f', '%2e%2e', 'a?b#c', "';--", '$&', "$'", '$1', '{key}'])(
    'attack: %j stays one step of the path',
    (key) => {
      const url = keyedUrl(inPath, key);
      expect(url?.pathname.split('/').map(decodeURIComponent)).toEqual(['', 'people', key, 'facts']);
      expect(url?.search).toBe('');
    },
  );
  test.each([
    '../admin',
    '..',
    '.',
    'a/b',
    'a\\b',
    '..\\',
    '/',
    'x\r\nHost: evil',
    '\u0000',
    '\ud800',
    '',
    'x'.repeat(513),
  ])('attack: %j leads nowhere: nobody is known by it', (key) => {
    expect(keyedUrl(inPath, key)).toBeUndefined();
  });
  test('attack: a dot that makes two of one', () => {
    expect(keyedUrl('https://hr.example.ac.jp/people/.{key}', '.')).toBeUndefined();
    expect(keyedUrl('https://hr.example.ac.jp/people/.{key}', '%2e')?.pathname).toBe('/people/.%252e');
  });
  test('whatever the key, it is the same server and the same number of steps', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (key) => {
        const url = keyedUrl(inPath, key);
        if (url === undefined) return true;
        const steps = url.pathname.split('/');
        return (
          url.origin === 'https://hr.example.ac.jp' && steps.length === 4 && decodeURIComponent(steps[2] ?? '') === key
        );
      }),
    );
  });
});

test('what stands behind the question mark may be a secret, and is not logged', () => {
  expect(addressForLog('https://hr.example.ac.jp/p/{key}?apikey=s3cret')).toBe('https://hr.example.ac.jp/p/{key}');
});
