import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Filter, FilterParser } from 'ldapts';
import { firstRdn, isBelow, readRdn } from './distinguishedName.ts';
import { escapeDnValue, escapeFilterValue } from './escape.ts';
import { fillDn, fillFilter, filterMistake } from './filterTemplate.ts';

/** What stands out of the ordinary in filters and DNs is drawn often. */
const typed = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'*()\\\0|&!=<>~:,+"; #{}'),
    fc.constantFrom('{username}', '{dn}', '$&', '学'),
    fc.string(),
  ),
  maxLength: 20,
});

describe('filters', () => {
  const templates = [
    '(uid={username})',
    '(&(objectClass=person)(|(uid={username})(mail={username})))',
    '(member={dn})',
  ];

  test('whatever is typed, a filter keeps its shape and compares with just that', () => {
    fc.assert(
      fc.property(fc.constantFrom(...templates), typed, (template, value) => {
        const filled = FilterParser.parseString(fillFilter(template, { username: value, dn: value }));
        expect(valuesOf(filled)).toEqual(
          valuesOf(FilterParser.parseString(template)).map((part) => part.replace(/\{.*\}/, () => value)),
        );
      }),
    );
  });

  test('the characters of RFC 4515 are written as their numbers', () => {
    expect(escapeFilterValue('a*(b)\\\0')).toBe('a\\2a\\28b\\29\\5c\\00');
  });

  test.each([
    '(uid={username})',
    '(&(a=1)(!(b=*))(|(c>=2)(d~=x)))',
    '(m:1.2.840.113556.1.4.1941:={dn})',
    '(a=b*c\\2a)',
  ])('%s is a filter', (filter) => expect(filterMistake(filter)).toBeUndefined());
  test.each([
    '',
    'uid={username}',
    '(uid={username}',
    '(uid={username}))',
    '(&)',
    '(uid)',
    '(!(a=1)(b=2))',
    '(a=\\zz)',
    '(a=\\e5)',
    '((a=1))',
  ])('%j is none', (filter) => expect(filterMistake(filter)).toEqual(expect.any(String)));
});

describe('DNs', () => {
  test('whatever is typed, a DN has as many parts as before, and the value stands in its place', () => {
    fc.assert(
      fc.property(
        typed.filter((value) => value !== ''),
        (value) => {
          const dn = fillDn('uid={username},ou=people,dc=example', value);
          expect(dn.endsWith(',ou=people,dc=example')).toBe(true);
          expect(firstRdn(dn)).toBe(`uid=${escapeDnValue(value)}`);
          expect(readRdn(firstRdn(dn))).toEqual({ type: 'uid', value });
        },
      ),
    );
  });

  test('names are read as servers write them, octets of UTF-8 included', () => {
    expect(readRdn(firstRdn('cn=\\E5\\AD\\A6\\2C x+ou=y,dc=z'))).toEqual({ type: 'cn', value: '学, x' });
    expect(readRdn('cn=#0401ff')).toBeUndefined();
  });

  test('what stands below is told without regard to case, and to spaces after commas', () => {
    expect(isBelow('CN=a, OU=Groups, DC=x', 'ou=groups,dc=x')).toBe(true);
    expect(isBelow('cn=a,ou=othergroups,dc=x', 'ou=groups,dc=x')).toBe(false);
    expect(isBelow('cn=a\\,ou=groups,dc=x', 'ou=groups,dc=x')).toBe(false);
  });
});

/** The values that a filter compares with, in order, and with what stands between them where it is not just equal. */
function valuesOf(filter: Filter): string[] {
  const parts = filter as unknown as { type: number; filters?: Filter[]; value?: string };
  if (parts.filters !== undefined) return parts.filters.flatMap(valuesOf);
  return [parts.value ?? `no comparison: ${parts.type}`];
}
