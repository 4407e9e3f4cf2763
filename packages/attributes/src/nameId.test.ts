import { randomUUID } from 'node:crypto';
import { nameIdFormats } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { canMakeNameId, makeNameId, type NameIdContext, supportedNameIdFormats } from './nameId.ts';
import { exampleContext } from './testing/examples.ts';

const context: NameIdContext = {
  ...exampleContext(),
  newId: () => `_${randomUUID()}`,
  persistentId: 'KZPLH2FO6SELOOAC4BUDLZXZ6Q4PLLDM',
  mail: 'hanako@example.ac.jp',
};

const sides = {
  nameQualifier: 'https://idp.example.ac.jp/idp/shibboleth',
  spNameQualifier: 'https://sp.example.org/sp',
};

describe('makeNameId', () => {
  test('a transient one is fresh each time, and names both sides', () => {
    const [one, two] = [makeNameId(nameIdFormats.transient, context), makeNameId(nameIdFormats.transient, context)];
    const value = expect.stringMatching(/^_[0-9a-f-]{36}$/);
    expect(one).toEqual({ format: nameIdFormats.transient, value, ...sides });
    expect(one.value).not.toBe(two.value);
  });

  test('a persistent one is what was computed, and names both sides', () => {
    const { persistentId: value } = context;
    expect(makeNameId(nameIdFormats.persistent, context)).toEqual({
      format: nameIdFormats.persistent,
      value,
      ...sides,
    });
  });

  test('a mail address stands alone', () => {
    const { mail: value } = context;
    expect(makeNameId(nameIdFormats.emailAddress, context)).toEqual({ format: nameIdFormats.emailAddress, value });
  });

  test.each([nameIdFormats.unspecified, nameIdFormats.entity, '', 'persistent', 'constructor', '__proto__'])(
    'a format that nobody makes is refused: %j',
    (format) => {
      expect(supportedNameIdFormats).not.toContain(format);
      expect(canMakeNameId(format, context)).toBe(false);
      expect(() => makeNameId(format, context)).toThrow(expect.objectContaining({ code: 'name-id-policy' }));
    },
  );

  test.each([
    [nameIdFormats.persistent, { persistentId: undefined }],
    [nameIdFormats.emailAddress, { mail: undefined }],
  ])('whoever has no value for %s gets none', (format, missing) => {
    expect(canMakeNameId(format, { ...context, ...missing })).toBe(false);
    expect(() => makeNameId(format, { ...context, ...missing })).toThrow(
      expect.objectContaining({ code: 'name-id-policy' }),
    );
  });

  test('making is what costs an identifier, asking whether it can be made is not', () => {
    let made = 0;
    const counting: NameIdContext = { ...context, newId: () => `_${++made}` };
    expect(canMakeNameId(nameIdFormats.transient, counting)).toBe(true);
    expect([makeNameId(nameIdFormats.transient, counting).value, made]).toEqual(['_1', 1]);
  });
});

describe('attack: a mail address that a service could read in two ways, or not see, names nobody', () => {
  test.each([
    'a@example.ac.jp</saml:NameID><saml:NameID>b@example.ac.jp',
    '"b@example.com"@example.ac.jp',
    'b@example.com(@example.ac.jp',
    'b(comment)@example.ac.jp',
    'b@example.com,a@example.ac.jp',
    'b@example.com;a@example.ac.jp',
    'b@example.com\u0000@example.ac.jp',
    'a\u200b@example.ac.jp',
    'а@example.ac.jp',
    'a@ｅxample.ac.jp',
    'a@example.ac.jp\n',
    ' a@example.ac.jp',
    'a..b@example.ac.jp',
    'a@example..jp',
    '@example.ac.jp',
    'a@',
    '',
  ])('%j', (mail) => {
    expect(canMakeNameId(nameIdFormats.emailAddress, { ...context, mail })).toBe(false);
  });

  test.each(['a@example.ac.jp', "o'brien+x@mail.example.ac.jp", 'a.b-c_d@example.ac.jp', 'r&d@example.ac.jp'])(
    '%s is an ordinary one',
    (mail) => {
      expect(makeNameId(nameIdFormats.emailAddress, { ...context, mail }).value).toBe(mail);
    },
  );
});
