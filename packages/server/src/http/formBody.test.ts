import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { onlyValue, parseFormFields } from './formBody.ts';

describe('posted forms', () => {
  test('what a browser encodes is what is read', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), { maxLength: 10 }),
        (pairs) => {
          const fields = parseFormFields(new URLSearchParams(pairs).toString());
          for (const [name, value] of pairs) expect(fields.get(name)).toContain(value);
        },
      ),
    );
  });

  test('a repeated field keeps all its values, and is not taken for one', () => {
    const fields = parseFormFields('SAMLRequest=a&SAMLRequest=b&x=1');
    expect(fields.get('SAMLRequest')).toEqual(['a', 'b']);
    expect(onlyValue(fields, 'SAMLRequest')).toBeUndefined();
    expect(onlyValue(fields, 'x')).toBe('1');
    expect(onlyValue(fields, 'y')).toBeUndefined();
  });

  test.each(['a=%', 'a=%zz', 'a=%ff', 'a=%c0%af', '%ed%a0%80=1'])('%s is refused instead of repaired', (text) => {
    expect(() => parseFormFields(text)).toThrow(expect.objectContaining({ code: 'request-encoding' }));
  });

  test('names of the language itself are only names', () => {
    const fields = parseFormFields('__proto__=1&constructor=2');
    expect(fields.get('__proto__')).toEqual(['1']);
    expect(onlyValue(fields, 'toString')).toBeUndefined();
  });

  test('a flood of fields is refused before any work', () => {
    expect(() => parseFormFields('a&'.repeat(1000))).toThrow(expect.objectContaining({ code: 'request-too-large' }));
  });
});
