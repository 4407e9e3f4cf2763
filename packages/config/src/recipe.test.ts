import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { nameIdFormats } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { loadRecipe, recipeNames } from './index.ts';

describe('a recipe', () => {
  test('is a file, and each file is one', () => {
    const files = readdirSync(join(import.meta.dirname, 'recipes')).sort();
    expect(recipeNames.map((name) => `${name}.yaml`)).toEqual(files);
  });
  test('is filled in, and tells what to put into the documents', async () => {
    const recipe = await loadRecipe('google-workspace', { domain: 'example.ac.jp' });
    expect(recipe).toMatchObject({
      entityId: 'google.com/a/example.ac.jp',
      assertionConsumerServices: ['https://www.google.com/a/example.ac.jp/acs'],
      nameIdFormats: [nameIdFormats.emailAddress],
      settings: { entityId: 'google.com/a/example.ac.jp' },
      rule: { to: { entityId: 'google.com/a/example.ac.jp' }, nameId: [nameIdFormats.emailAddress] },
    });
    expect(recipe.lines.release).toBe(
      '- {"name":"google-workspace","to":{"entityId":"google.com/a/example.ac.jp"},"nameId":["emailAddress"]}',
    );
  });
  test('speaks of attributes by their names on the wire', async () => {
    const { requested } = await loadRecipe('e-journal', { entityId: 'urn:x:y', acs: 'https://j.example.org/acs' });
    expect(requested).toEqual([
      { name: 'urn:oid:1.3.6.1.4.1.5923.1.1.1.7', values: ['urn:mace:dir:entitlement:common-lib-terms'] },
    ]);
  });
  test('says what it asks for', async () => {
    await expect(loadRecipe('ezproxy', { entityId: 'urn:x:y' })).rejects.toMatchObject({
      code: 'usage-wrong',
      detail: 'set host: the host of EZproxy, such as ezproxy.example.ac.jp',
    });
  });
});

describe('attack: a recipe is refused', () => {
  test.each<[string, string, Readonly<Record<string, string>>]>([
    ['outside their folder', '../../../../package', {}],
    ['that nobody wrote', 'toString', {}],
    ['with what it did not ask for', 'box', { acs: 'https://evil.example/' }],
    ['with a key of every object', 'box', JSON.parse('{"__proto__":"x"}')],
    ['with a quotation mark', 'zoom', { vanity: 'x"}' }],
    ['with a new line', 'zoom', { vanity: 'x\nrelease: all' }],
    ['with another placeholder', 'zoom', { vanity: '{vanity}' }],
    ['with nothing', 'zoom', { vanity: '' }],
    ['with another host by user information', 'zoom', { vanity: 'zoom.us@evil.example/' }],
  ])('%s', async (_, name, values) => {
    await expect(loadRecipe(name, values)).rejects.toMatchObject({ code: 'usage-wrong' });
  });
});
