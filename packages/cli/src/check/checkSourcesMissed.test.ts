import { noRecipes } from '@gakumon/attributes';
import { parseRelease } from '@gakumon/config';
import { expect, test } from '@jest/globals';
import { listMissed } from './checkSourcesMissed.ts';

const source = (whenAway: 'refuse' | 'without', ...names: readonly string[]) => ({
  name: 'hr',
  key: 'username',
  directories: undefined,
  whenAway,
  timeout: 1000,
  attributes: Object.fromEntries(names.map((name) => [name, name])),
  kind: { by: 'csv', file: 'hr.csv', keyColumn: 'id', separator: ',', encoding: 'utf-8' } as const,
});
type Source = Parameters<typeof listMissed>[0]['sources'][number];

const release = parseRelease(
  `version: 1
rules:
  - { name: open, to: { affiliation: student }, release: [mail] }
  - { name: closed, to: { not: { affiliation: staff } }, deny: [mail] }
access:
  - { name: blocked, to: any, deny: [{ attribute: { eduPersonEntitlement: 'urn:x-example:blocked' } }] }
`,
  'release.yaml',
);
const say = (one: object, recipes = noRecipes) =>
  listMissed({ sources: [one as Source], documents: {} as never }, release, recipes).map(({ message }) => message);

test('rules that keep somebody out, and rest on a source that may be missing, are told of', () => {
  expect(say(source('refuse', 'affiliation', 'eduPersonEntitlement'))).toEqual([]);
  expect(say(source('without', 'ou', 'mail'))).toEqual([]);
  expect(say(source('without', 'affiliation'))).toEqual([
    expect.stringMatching(/^hr: the deny of rule closed rests on affiliation, which it tells/),
  ]);
  expect(say(source('without', 'eduPersonEntitlement'))).toEqual([
    expect.stringMatching(/^hr: access rule blocked rests on eduPersonEntitlement/),
  ]);
  expect(say({ ...source('without'), attributes: undefined })).toHaveLength(2);
});

test('attack: a recipe does not hide where an attribute comes from', () => {
  const recipes = { ...noRecipes, recipes: { eduPersonEntitlement: { kind: 'direct', from: 'rights' } } } as const;
  expect(say(source('without', 'eduPersonEntitlement'), recipes)).toEqual([]);
  expect(say(source('without', 'rights'), recipes)).toEqual([expect.stringContaining('rests on rights')]);
});
