import { expect, test } from '@jest/globals';
import { dictionary } from './dictionary.ts';
import { listRequestedAttributes } from './requestedAttributes.ts';
import type { ResolvedAttributes } from './types.ts';
import { withAssurance } from './withAssurance.ts';

const aal2 = 'https://www.gakunin.jp/profile/AAL2';
const text = (value: string) => ({ kind: 'text', value }) as const;
const resolved = (values: Readonly<Record<string, string>>): ResolvedAttributes =>
  dictionary
    .filter(({ id }) => Object.hasOwn(values, id))
    .map((definition) => ({ definition, values: [text(values[definition.id] ?? '')] })) as never;
const shown = (all: ResolvedAttributes) => all.map(({ definition, values }) => [definition.id, values]);

test('the strength of a login stands beside what the directory says of the identity, in the order of the dictionary', () => {
  const known = resolved({ displayName: 'Hanako', eduPersonAssurance: 'https://refeds.org/assurance', mail: 'a@b.jp' });
  const told = shown(withAssurance(known, [aal2]));
  expect(told.map(([id]) => id)).toEqual(shown(known).map(([id]) => id));
  expect(Object.fromEntries(told).eduPersonAssurance).toEqual([text('https://refeds.org/assurance'), text(aal2)]);
});
test('or alone; and nothing is changed when there is nothing to say', () => {
  const known = resolved({ displayName: 'Hanako' });
  expect(shown(withAssurance(known, [aal2])).map(([id]) => id)).toEqual(['displayName', 'eduPersonAssurance']);
  expect(withAssurance(known, [])).toBe(known);
});
test('what an SP asks for is told by the names of the dictionary', () => {
  const [mail] = dictionary.filter(({ id }) => id === 'mail');
  const requested = [{ name: mail?.name, values: [], isRequired: true }];
  const sp = { attributeConsumingServices: [{ index: 1, isDefault: true, requested }], subjectIdRequirement: 'any' };
  expect(listRequestedAttributes(sp as never, undefined)).toEqual(['mail', 'pairwise-id']);
});
