import { describe, expect, test } from '@jest/globals';
import { filterAttributes } from '../filterAttributes.ts';
import type { ReleaseItem, ReleaseRule } from '../releaseRules.ts';
import { resolveAttributes } from '../resolveAttributes.ts';
import { asTable, exampleContext, examplePerson, exampleServiceProvider } from '../testing/examples.ts';

const recipient = { serviceProvider: exampleServiceProvider(), groups: [], attributeConsumingServiceIndex: undefined };

/** What goes of somebody's attributes by a rule that names some of the values, and one that denies some. */
function going(attributes: Record<string, readonly string[]>, release: ReleaseItem[], deny: ReleaseItem[] = []) {
  const rules: ReleaseRule[] = [{ name: 'rule', to: 'any', release, deny }];
  const { resolved } = resolveAttributes(examplePerson(attributes), exampleContext());
  return asTable(filterAttributes(resolved, recipient, rules).released);
}

describe('attack: an expression that could take for ever', () => {
  const slow = '([A-Za-z]+ ?)+';
  const displayName = [`${'a'.repeat(40)}!`];

  test('is never tried: a permission by it permits nothing, and a deny keeps everything', () => {
    expect(going({ displayName }, [{ attribute: 'displayName', matching: slow }])).toEqual({});
    expect(going({ displayName }, ['displayName'], [{ attribute: 'displayName', matching: slow }])).toEqual({});
  });

  test('nor is one that is good for short values tried on long ones', () => {
    const item = { attribute: 'displayName', matching: '.*a.*a.*' };
    const [short, long] = [`b${'a'.repeat(20)}`, `b${'a'.repeat(1000)}`];
    expect(going({ displayName: [short] }, [item])).toEqual({ displayName: [short] });
    expect(going({ displayName: [long] }, [item])).toEqual({});
    expect(going({ displayName: [long] }, ['displayName'], [{ ...item, matching: '.*x.*x.*' }])).toEqual({});
    expect(going({ displayName: [short] }, ['displayName'], [{ ...item, matching: '.*x.*x.*' }])).toEqual({
      displayName: [short],
    });
  });

  test('nor on many values together what would do for one', () => {
    const item = { attribute: 'isMemberOf', matching: '.*a.*a.*' };
    const one = `urn:x:${'a'.repeat(100)}`;
    const many = Array.from({ length: 200 }, (_, at) => `${one}${at}`);
    expect(going({ isMemberOf: [one] }, [item])).toEqual({ isMemberOf: [one] });
    expect(going({ isMemberOf: many }, [item])).toEqual({});
  });
});

describe('attack: a value in another spelling gets past no deny', () => {
  test.each<[string, ReleaseItem]>([
    ['a@ｓｅｃｒｅｔ.example', { attribute: 'displayName', matching: '.*@secret[.]example' }],
    ['a@SECRET.example', { attribute: 'displayName', matching: '.*@secret[.]example' }],
    ['a@secret.example ', { attribute: 'displayName', matching: '.*@Secret[.]example' }],
    ['ﾀﾛｳ', { attribute: 'displayName', matching: 'タロ[ウオ]' }],
    ['学門（本部）', { attribute: 'displayName', matching: '.*（本部）' }],
    ['Taro ', { attribute: 'displayName', values: ['Taro'] }],
    ['\u3000ＴＡＲＯ', { attribute: 'displayName', values: ['Taro '] }],
  ])('%j', (value, item) => {
    expect(going({ displayName: [value] }, ['displayName'])).toEqual({ displayName: [value] });
    expect(going({ displayName: [value] }, ['displayName'], [item])).toEqual({});
  });

  test.each(['ＴＡＲＯ', 'taro', 'Taro '])('and %j past no permission', (value) => {
    for (const item of [{ values: ['Taro'] }, { matching: 'Taro' }]) {
      expect(going({ displayName: [value] }, [{ attribute: 'displayName', ...item }])).toEqual({});
    }
  });
});
