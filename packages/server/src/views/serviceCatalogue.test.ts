import type { ServiceProviderSummary } from '@gakumon/metadata';
import { toEntityId } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { keepServiceCatalogue } from './serviceCatalogue.ts';

const summary = (id: string, names: ServiceProviderSummary['names']): ServiceProviderSummary => ({
  entityId: toEntityId(`https://${id}.example.org/`),
  source: 'federation',
  names,
  categories: [],
  registrationAuthority: undefined,
  validUntil: undefined,
});
const library = summary('lib', { en: 'Library', ja: '図書館' });
const wiki = summary('wiki', { en: 'Ｗｉｋｉ', ja: 'あ行のウィキ' });
const nameless = summary('a', {});

describe('the catalogue', () => {
  const catalogue = keepServiceCatalogue({ list: () => [library, wiki, nameless] })();
  test.each([
    ['ja', '', ['あ行のウィキ', '図書館', 'https://a.example.org/']],
    ['en', '', ['https://a.example.org/', 'Library', 'Ｗｉｋｉ']],
    ['en', '図書', ['Library']],
    ['ja', ' wiki ', ['あ行のウィキ']],
    ['en', 'LIB.EXAMPLE', ['Library']],
    ['en', 'nothing like it', []],
  ] as const)('in %s, asked for "%s"', (language, query, names) => {
    const found = catalogue.search(language, query).map(({ entityId }) => catalogue.nameOf(entityId, language));
    expect([...found].sort()).toEqual([...names].sort());
    if (query === '' && language === 'en') expect(found).toEqual(names);
  });

  test('names nobody who is unknown', () => {
    for (const id of ['https://gone.example.org/', 'constructor', '']) {
      expect(catalogue.nameOf(id, 'ja')).toBeUndefined();
    }
  });
});

test('of ten thousand is sorted once for as long as they are the same, and anew when one of them is another', () => {
  let looks = 0;
  const named = (at: number): ServiceProviderSummary => {
    const one = summary(`sp${at}`, {});
    return Object.defineProperty(one, 'names', {
      get() {
        looks += 1;
        return { en: `Service ${at % 100}` };
      },
    });
  };
  let all = Array.from({ length: 10_000 }, (_, at) => named(at));
  const current = keepServiceCatalogue({ list: () => [...all] });
  current().search('en', '');
  expect(current().search('en', 'service 7')).toHaveLength(1100);
  const once = looks;
  expect(once).toBe(20_000);
  current().search('en', '');
  current().search('en', 'service 8');
  expect(looks).toBe(once);
  all = all.with(5, named(77));
  current().search('en', '');
  expect(looks).toBe(once + 10_000);
});

test('numbers in names count as numbers', () => {
  const two = summary('two', { en: 'Service 2' });
  const ten = summary('ten', { en: 'Service 10' });
  expect(keepServiceCatalogue({ list: () => [ten, two] })().search('en', '')).toEqual([two, ten]);
});
