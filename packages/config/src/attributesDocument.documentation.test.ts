import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listRecipeDoubts } from '@gakumon/attributes';
import { describe, expect, test } from '@jest/globals';
import { parseAttributes } from './index.ts';

const docs = join(import.meta.dirname, '../../../docs');

/** What operators copy: whole files, and lines of `attributes`. */
function examplesOf(name: string): readonly string[] {
  const text = readFileSync(join(docs, name), 'utf8');
  return [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, yaml = '']) =>
    yaml.startsWith('version') ? yaml : `version: 1\nattributes:\n${yaml.replaceAll(/^(?=.)/gm, '  ')}`,
  );
}

describe.each(['attributes.md', 'attributes.ja.md'])('the examples of %s', (name) => {
  const examples = examplesOf(name).map((yaml) => parseAttributes(yaml, name));

  test('are good as they stand, and leave no doubt', () => {
    const ground = { provided: undefined, scopes: ['example.ac.jp', 'med.example.ac.jp'], loginNames: ['uid'] };
    expect(examples.flatMap((recipes) => listRecipeDoubts(recipes, ground))).toEqual([]);
  });

  test('show every kind of recipe', () => {
    const kinds = examples.flatMap(({ recipes }) => Object.values(recipes).map((recipe) => recipe?.kind ?? 'none'));
    expect(new Set(kinds)).toEqual(
      new Set(['all', 'byAffiliation', 'direct', 'first', 'map', 'none', 'regex', 'scoped', 'static', 'template']),
    );
  });

  test('are the same in both languages', () => {
    expect(examples).toEqual(examplesOf('attributes.md').map((yaml) => parseAttributes(yaml, name)));
  });
});
