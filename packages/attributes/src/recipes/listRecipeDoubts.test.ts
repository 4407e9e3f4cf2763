import { describe, expect, test } from '@jest/globals';
import { listRecipeDoubts } from './listRecipeDoubts.ts';
import type { AttributeRecipe, AttributeRecipes } from './types.ts';

const from = (name: string): AttributeRecipe => ({ kind: 'direct', from: name });
const fixed = (...values: string[]): AttributeRecipe => ({ kind: 'static', values });
const doubts = (recipes: AttributeRecipes['recipes'], certified?: boolean, provided?: readonly string[]) =>
  listRecipeDoubts(
    { recipes, defaults: true, certified },
    {
      provided: provided === undefined ? undefined : new Set(provided),
      scopes: ['example.ac.jp'],
      loginNames: ['uid'],
    },
  ).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('doubts about recipes', () => {
  test('what nobody has is told where it is known what people have', () => {
    const recipes = {
      sn: { kind: 'first', of: [from('SN'), from('cn'), from('username')] },
      o: { kind: 'template', text: `\${groups} \${ou}` },
      mail: undefined,
    } as const;
    expect(doubts(recipes)).toEqual([]);
    expect(doubts(recipes, false, ['sn', 'cn'])).toEqual([
      'sn: reads "SN", which nobody has; perhaps sn',
      'o: reads "ou", which nobody has',
    ]);
  });

  test('scopes that are not of this IdP', () => {
    const recipes = {
      eduPersonPrincipalName: { kind: 'scoped', value: from('cn'), scope: 'other.ac.jp' },
      'subject-id': { kind: 'scoped', value: from('cn'), scope: 'example.ac.jp' },
      schacHomeOrganization: fixed('example.ac.jp', 'another.ac.jp'),
    } as const;
    expect(doubts(recipes)).toEqual([
      expect.stringMatching(/^eduPersonPrincipalName.scope: what is put in other.ac.jp is not in a scope of this IdP/),
      expect.stringMatching(/^schacHomeOrganization.static.1: "another.ac.jp" is not in a scope/),
    ]);
  });

  test('IAL2 without a certificate, and a login name for good', () => {
    const ial2 = fixed('https://refeds.org/assurance', 'https://www.gakunin.jp/profile/IAL2');
    const recipes = {
      eduPersonAssurance: { kind: 'byAffiliation', of: { staff: ial2 }, otherwise: undefined },
    } as const;
    expect(doubts(recipes)).toEqual([
      expect.stringMatching(/^eduPersonAssurance.byAffiliation.staff.static.1: only an IdP that GakuNin has certified/),
    ]);
    expect(doubts(recipes, true)).toEqual([]);
    expect(doubts({ eduPersonUniqueId: { kind: 'scoped', value: from('UID'), scope: undefined } })).toEqual([
      expect.stringMatching(/^eduPersonUniqueId: is for good, and UID is a login name/),
    ]);
  });
});
