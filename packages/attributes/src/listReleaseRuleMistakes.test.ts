import { expect, test } from '@jest/globals';
import { listReleaseRuleMistakes } from './listReleaseRuleMistakes.ts';

test('a mistyped attribute is a mistake, above all in a deny, where it would protect nobody', () => {
  const mistakes = listReleaseRuleMistakes([
    { name: 'a', to: 'any', release: ['mail', 'email'], deny: [] },
    { name: 'b', to: 'any', release: 'all', deny: ['edupersonprincipalname'] },
    { name: 'a', to: 'any', release: 'requested', deny: ['constructor'] },
  ]);
  expect(mistakes).toEqual([
    { index: 0, path: ['release'], message: 'no attribute is called "email"' },
    {
      index: 1,
      path: ['deny'],
      message: 'no attribute is called "edupersonprincipalname"; perhaps eduPersonPrincipalName',
    },
    { index: 2, path: ['name'], message: 'two rules are named a' },
    { index: 2, path: ['deny'], message: 'no attribute is called "constructor"' },
  ]);
});

test('good rules have none', () => {
  expect(listReleaseRuleMistakes([{ name: 'a', to: 'any', release: ['mail'], deny: ['sn'] }])).toEqual([]);
});
