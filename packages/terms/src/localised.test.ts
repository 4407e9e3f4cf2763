import { describe, expect, test } from '@jest/globals';
import { chooseText } from './localised.ts';

describe('chooseText', () => {
  test('takes the wanted language, then English, then Japanese, then any', () => {
    expect(chooseText({ en: 'Library', ja: '図書館', de: 'Bibliothek' }, 'ja')).toBe('図書館');
    expect(chooseText({ ja: '図書館', en: 'Library' }, 'en')).toBe('Library');
    expect(chooseText({ de: 'Bibliothek', en: 'Library' }, 'ja')).toBe('Library');
    expect(chooseText({ de: 'Bibliothek', ja: '図書館' }, 'en')).toBe('図書館');
    expect(chooseText({ de: 'Bibliothek' }, 'en')).toBe('Bibliothek');
    expect(chooseText({}, 'en')).toBeUndefined();
  });

  test('takes a regional form where the language itself is missing, and no other language that begins alike', () => {
    expect(chooseText({ en: 'Library', 'ja-jp': '図書館' }, 'ja')).toBe('図書館');
    expect(chooseText({ 'en-gb': 'Library', 'en-us': 'Libraries', en: 'The library' }, 'en')).toBe('The library');
    expect(chooseText({ jax: 'x', en: 'Library' }, 'ja')).toBe('Library');
  });
});
