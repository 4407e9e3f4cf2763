import { randomUUID } from 'node:crypto';
import { nameIdFormats } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { makeNameId, supportedNameIdFormats } from './nameId.ts';
import { exampleContext } from './testing/examples.ts';

const context = { ...exampleContext(), newId: () => `_${randomUUID()}` };

describe('makeNameId', () => {
  test('a transient one is fresh each time, and names both sides', () => {
    const [one, two] = [makeNameId(nameIdFormats.transient, context), makeNameId(nameIdFormats.transient, context)];
    expect(one).toEqual({
      format: nameIdFormats.transient,
      value: expect.stringMatching(/^_[0-9a-f-]{36}$/),
      nameQualifier: 'https://idp.example.ac.jp/idp/shibboleth',
      spNameQualifier: 'https://sp.example.org/sp',
    });
    expect(one.value).not.toBe(two.value);
  });

  test.each([nameIdFormats.unspecified, nameIdFormats.entity, '', 'constructor', '__proto__'])(
    'a format that nobody makes is refused: %j',
    (format) => {
      expect(supportedNameIdFormats).not.toContain(format);
      expect(() => makeNameId(format, context)).toThrow(expect.objectContaining({ code: 'name-id-policy' }));
    },
  );
});
