import { describe, expect, test } from '@jest/globals';
import { formatSamlKeyList, parseSamlKeyList, type SamlKeyList } from './samlKeyList.ts';

const first = parseSamlKeyList('', 'x');
const at = Date.parse('2026-04-08T09:00:00Z');

describe('the list of SAML keys', () => {
  test('that is empty means the pairs of the installation', () => {
    expect(first).toEqual([
      { use: 'signing', state: 'current', key: 'signing.key', certificate: 'signing.crt' },
      { use: 'encryption', state: 'current', key: 'encryption.key', certificate: 'encryption.crt' },
    ]);
  });

  test('is read as it was written', () => {
    const next = {
      use: 'signing',
      state: 'next',
      key: 'n.key',
      certificate: 'n.crt',
      added: at,
      published: at,
    } as const;
    const list: SamlKeyList = [...first, next];
    expect(parseSamlKeyList(formatSamlKeyList(list), 'x')).toEqual(list);
  });

  const [signing, encryption] = first;
  const withKeys = (...keys: readonly unknown[]): string => JSON.stringify({ version: 1, keys });
  test.each([
    ['no JSON', 'signing: signing.key'],
    ['null', 'null'],
    ['half of a list', withKeys(signing, encryption).slice(0, -10)],
    ['another version', JSON.stringify({ version: 2, keys: [signing, encryption] })],
    ['no current key', withKeys(signing)],
    ['two current keys', withKeys(signing, signing, encryption)],
    ['two next keys', withKeys(...first, ...[1, 2].map(() => ({ ...signing, state: 'next' })))],
    ['a key that is no object', withKeys(signing, encryption, null)],
    ['a use of its own', withKeys(signing, encryption, { ...signing, use: 'both', state: 'next' })],
    ['a state of its own', withKeys(signing, encryption, { ...signing, state: 'asleep' })],
    ['a time that is none', withKeys({ ...signing, activated: 'soon' }, encryption)],
    ['thousands of keys', withKeys(...first, ...Array.from({ length: 200 }, () => ({ ...signing, state: 'former' })))],
  ])('of %s is refused, and says where to get another', (_, text) => {
    expect(() => parseSamlKeyList(text, 'keys.json')).toThrow(
      expect.objectContaining({ code: 'key-invalid', detail: expect.stringMatching(/^keys\.json /) }),
    );
  });

  test.each(['../signing.key', '/etc/shadow', '-rf', '', 'a\0b', 'a b'])('attack: a key in %j is refused', (key) => {
    const text = withKeys({ ...signing, key }, encryption);
    expect(() => parseSamlKeyList(text, 'x')).toThrow(expect.objectContaining({ code: 'key-invalid' }));
  });
});
