import { errorTable, languages } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { errorMessages, fillPlaceholders, pageTexts } from './index.ts';

const codes = Object.entries(errorTable)
  .filter(([, row]) => row.told !== 'operator')
  .map(([code]) => code)
  .sort();

/** Every text of a nested record, under its path. */
function flatten(texts: object, path = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value] as [string, string]] : flatten(value, `${path}${key}.`),
  );
}

const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();

describe.each(languages)('the texts in %s', (language) => {
  test('there is one for every error that a person may see, and no other', () => {
    expect(Object.keys(errorMessages[language]).sort()).toEqual(codes);
  });

  test('each says what happened and what to do, in the language it is said to be in', () => {
    for (const [path, text] of flatten({ ...errorMessages[language], ...pageTexts[language] })) {
      expect([path, text.trim().length > 0, text.length < 320]).toEqual([path, true, true]);
      expect([path, /[\p{sc=Hira}\p{sc=Kana}\p{sc=Han}]/u.test(text)]).toEqual([path, language === 'ja']);
    }
  });
});

test('both languages name the same placeholders', () => {
  const ja = flatten({ ...errorMessages.ja, ...pageTexts.ja });
  const en = new Map(flatten({ ...errorMessages.en, ...pageTexts.en }));
  for (const [path, text] of ja) {
    expect([path, [...new Set(placeholders(text))]]).toEqual([path, [...new Set(placeholders(en.get(path) ?? ''))]]);
  }
});

test('placeholders are filled; what is not known leaves no trace', () => {
  expect(fillPlaceholders('about {minutes} min', { minutes: 5 })).toBe('about 5 min');
  expect(fillPlaceholders('{toString}{nothing}.', {})).toBe('.');
  expect(fillPlaceholders('{a}', { a: '{a}' })).toBe('{a}');
});

test('a word follows its number', () => {
  expect(fillPlaceholders('{n} {n|minute|minutes}', { n: 1 })).toBe('1 minute');
  expect(fillPlaceholders('{n} {n|minute|minutes}', { n: 10 })).toBe('10 minutes');
  expect(fillPlaceholders('{n} 分{slow|遅れて|進んで}います', { n: 3, slow: 1 })).toBe('3 分遅れています');
  expect(fillPlaceholders('{slow|slow|fast}', { slow: 0 })).toBe('fast');
});
