import { type AttributeValue, dictionary, type ReleasedAttributes } from '@gakumon/attributes';
import { nameIdFormats } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { isAskedPerson } from './decideSubject.ts';

const release = (id: string, ...values: readonly AttributeValue[]): ReleasedAttributes => {
  const definition = dictionary.find((one) => one.id === id);
  if (definition === undefined) throw new Error(`no ${id} in the dictionary`);
  return [{ definition, values }] as unknown as ReleasedAttributes;
};
const nameId = { format: nameIdFormats.persistent, value: 'abc=' };
const nothing = [] as unknown as ReleasedAttributes;
const principal = release('eduPersonPrincipalName', { kind: 'scoped', value: 's1234567', scope: 'example.ac.jp' });
const targeted = release('eduPersonTargetedID', {
  kind: 'nameId',
  format: nameIdFormats.persistent,
  nameQualifier: 'i',
  spNameQualifier: 's',
  value: 'xyz=',
});

const mailNameId = { format: nameIdFormats.emailAddress, value: 'Kiku.Y@example.ac.jp' };

describe('whom the SP asked about', () => {
  test('nobody in particular', () => {
    expect(isAskedPerson(undefined, { nameId, attributes: nothing })).toBe(true);
  });
  test.each<[string, string | undefined, string, ReleasedAttributes, boolean]>([
    ['the NameID itself', nameIdFormats.persistent, 'abc=', nothing, true],
    ['the NameID without its format', undefined, 'abc=', nothing, true],
    ['the NameID in another format', nameIdFormats.transient, 'abc=', nothing, false],
    ['another NameID', nameIdFormats.persistent, 'abd=', nothing, false],
    ['an eduPersonTargetedID', nameIdFormats.persistent, 'xyz=', targeted, true],
    ['what a person typed', nameIdFormats.unspecified, 'S1234567@example.ac.jp', principal, true],
    ['what a person typed, as an address', nameIdFormats.emailAddress, 's1234567@example.ac.jp', principal, true],
    ['another person', nameIdFormats.unspecified, 's7654321@example.ac.jp', principal, false],
    ['a name that is not released', nameIdFormats.unspecified, 's1234567@example.ac.jp', nothing, false],
    [
      'what many have',
      nameIdFormats.unspecified,
      'Hanako',
      release('displayName', { kind: 'text', value: 'Hanako' }),
      false,
    ],
  ])('%s', (_, format, value, attributes, expected) => {
    expect(isAskedPerson({ format, value }, { nameId, attributes })).toBe(expected);
  });
  test.each<[string, string | undefined, string, boolean]>([
    ['as it is', nameIdFormats.emailAddress, 'Kiku.Y@example.ac.jp', true],
    ['in the case that a person typed', nameIdFormats.emailAddress, 'kiku.y@Example.AC.jp', true],
    ['in another case, of no format', undefined, 'KIKU.Y@EXAMPLE.AC.JP', true],
    ['in another case, of a format that has none', nameIdFormats.persistent, 'kiku.y@example.ac.jp', false],
    ['attack: with a letter that only becomes ours', nameIdFormats.emailAddress, '\u212aiku.y@example.ac.jp', false],
    ['attack: another one', nameIdFormats.emailAddress, 'kiku.x@example.ac.jp', false],
  ])('a NameID that is a mail address: %s', (_, format, value, expected) => {
    expect(isAskedPerson({ format, value }, { nameId: mailNameId, attributes: nothing })).toBe(expected);
  });
  test('attack: an identifier that is no mail address is somebody else in another case', () => {
    for (const format of [nameIdFormats.persistent, nameIdFormats.unspecified, undefined]) {
      expect(isAskedPerson({ format, value: 'ABC=' }, { nameId, attributes: nothing })).toBe(false);
    }
  });
});
