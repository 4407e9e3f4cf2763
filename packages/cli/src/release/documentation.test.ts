import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { categoryBundles } from '@gakumon/attributes';
import { parseRelease } from '@gakumon/config';
import { describe, expect, test } from '@jest/globals';

const docs = join(import.meta.dirname, '../../../../docs');

/** What operators copy. */
function readExamples(name: string) {
  const text = readFileSync(join(docs, name), 'utf8');
  return [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, yaml = '']) =>
    parseRelease(yaml.startsWith('version') ? yaml : `version: 1\n${yaml}`, name),
  );
}

describe.each(['release.md', 'release.ja.md'])('the examples of %s', (name) => {
  test('are good as they stand', () => {
    const examples = readExamples(name);
    expect(examples.map(({ rules, access }) => [rules.length, access.length])).toEqual([
      [3, 1],
      [3, 0],
      [1, 0],
      [3, 0],
      [1, 0],
      [0, 2],
    ]);
    const categories = examples.flatMap(({ rules }) => rules.flatMap(({ to }) => (to === 'any' ? [] : to.category)));
    expect(new Set(categories.flat().filter(Boolean))).toEqual(new Set(categoryBundles.keys()));
  });
});

test('both languages have the same examples', () => {
  const [first, second] = ['release.md', 'release.ja.md'].map(readExamples);
  expect(second).toEqual(first);
});
