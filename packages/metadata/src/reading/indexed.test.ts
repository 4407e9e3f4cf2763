import { attributeOf, element, listElements, parseXml, writeCanonical } from '@gakumon/saml';
import { describe, expect, test } from '@jest/globals';
import { readIndexed } from './indexed.ts';

type Written = { readonly index?: string; readonly isDefault?: string; readonly unusable?: boolean };

function read(...written: readonly Written[]) {
  const elements = written.map(({ unusable = false, ...attributes }, at) =>
    element('md:AssertionConsumerService', { ...attributes, Location: `${at}`, Binding: String(!unusable) }),
  );
  const parent = parseXml(Buffer.from(writeCanonical(element('md:SPSSODescriptor', {}, ...elements))));
  const warnings: string[] = [];
  const found = readIndexed(
    listElements(parent),
    (el) => (attributeOf(el, 'Binding') === 'true' ? { location: attributeOf(el, 'Location') } : undefined),
    (message) => warnings.push(message),
  );
  return { found, warnings, chosen: found.filter((one) => one.isDefault).map((one) => one.location) };
}

describe('the default, by SAML Metadata 2.2.3', () => {
  test.each<[string, readonly Written[], string]>([
    [
      'the first that is marked true',
      [{ index: '1' }, { index: '2', isDefault: 'true' }, { index: '3', isDefault: '1' }],
      '1',
    ],
    ['else the first that is not marked', [{ index: '1', isDefault: 'false' }, { index: '2' }, { index: '3' }], '1'],
    [
      'else the first of all',
      [
        { index: '7', isDefault: '0' },
        { index: '2', isDefault: 'false' },
      ],
      '0',
    ],
    ['never one that is left out', [{ index: '1', isDefault: 'true', unusable: true }, { index: '2' }], '1'],
    [
      'nonsense is no mark',
      [
        { index: '1', isDefault: 'false' },
        { index: '2', isDefault: 'yes' },
      ],
      '1',
    ],
  ])('%s', (_rule, written, location) => {
    expect(read(...written).chosen).toEqual([location]);
  });

  test('is nobody where nobody is', () => {
    expect(read({ index: '1', unusable: true })).toEqual({ found: [], warnings: [], chosen: [] });
  });
});

describe('indexes', () => {
  test('that are used twice stay with both, in their order, with a warning', () => {
    const { found, warnings } = read({ index: '1' }, { index: '1' });
    expect(found.map(({ index, location }) => [index, location])).toEqual([
      [1, '0'],
      [1, '1'],
    ]);
    expect(warnings).toEqual(['index 1 is used twice']);
  });

  test.each(['-1', '65536', '1e3', '0x1', 'one', '', '1.0'])('%j is none: a free number takes its place', (index) => {
    const { found, warnings } = read({ index }, { index: '4' }, {});
    expect(found.map((one) => one.index)).toEqual([5, 4, 6]);
    expect(warnings).toHaveLength(2);
  });

  test('are read as the schema writes them', () => {
    expect(read({ index: ' 0 ' }, { index: '+65535' }, { index: '007' }).found.map((one) => one.index)).toEqual([
      0, 65_535, 7,
    ]);
  });
});
