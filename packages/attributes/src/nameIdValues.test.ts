import type { Person } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { attributeValueText } from './attributeValueText.ts';
import { findNameIdValues } from './nameIdValues.ts';
import type { ResolutionContext } from './resolutionContext.ts';
import { resolveAttributes } from './resolveAttributes.ts';
import { exampleContext, exampleGenerator, examplePerson } from './testing/examples.ts';

function valuesOf(person: Person, generator: ResolutionContext['generators']['persistent'] = exampleGenerator) {
  const generators = { targetedId: exampleGenerator, pairwiseId: undefined, persistent: generator };
  const context = exampleContext({ generators });
  const resolution = resolveAttributes(person, context);
  return { ...findNameIdValues(resolution, context), resolution };
}

describe('the persistent identifier', () => {
  const counting = Uint8Array.from({ length: 16 }, (_, i) => i);
  test.each([
    ['base32', counting, 'KZPLH2FO6SELOOAC4BUDLZXZ6Q4PLLDM'],
    ['base64', counting, 'Vl6z6K70iLc4AuBoNeb59Dj1rGw='],
    ['base64', Buffer.from('thisisaspecialsalt'), 'kLyH1uEvYigEvg1ZLh/QXeW1VAs='],
  ] as const)('is what Shibboleth gives, in %s (%#)', (encoding, salt, expected) => {
    const person = examplePerson({ employeeNumber: ['at1-Data', 'other'] });
    const generator = { ...exampleGenerator, source: 'employeeNumber', encoding, salt };
    expect(valuesOf(person, generator).persistentId).toBe(expected);
  });

  test('equals eduPersonTargetedID by the same generator, and has a generator of its own where one is set', () => {
    const { resolution, persistentId } = valuesOf(examplePerson({}));
    const targeted = resolution.resolved.find(({ definition }) => definition.id === 'eduPersonTargetedID')?.values[0];
    expect(targeted && attributeValueText(targeted)).toContain(`!${persistentId}`);
    const own = { ...exampleGenerator, name: 'own', salt: counting };
    expect(valuesOf(examplePerson({}), own).persistentId).not.toBe(persistentId);
  });

  test('starts from a scoped value as value@scope', () => {
    const generator = { ...exampleGenerator, source: 'eduPersonPrincipalName' };
    const made = valuesOf(examplePerson({}, 'at1'), generator);
    const given = valuesOf(examplePerson({ eduPersonPrincipalName: ['at1@example.ac.jp'] }, 'other'), generator);
    expect(made.persistentId).toBe(given.persistentId);
  });

  test('is missing without a generator, and for whoever has not what it starts from', () => {
    const person = examplePerson({});
    expect(valuesOf(person, { ...exampleGenerator, source: 'employeeNumber' }).persistentId).toBeUndefined();
    const context = exampleContext({
      generators: { targetedId: undefined, pairwiseId: undefined, persistent: undefined },
    });
    expect(findNameIdValues(resolveAttributes(person, context), context).persistentId).toBeUndefined();
  });
});

describe('the mail address', () => {
  test('is the one that there is', () => {
    expect(valuesOf(examplePerson({ mail: ['hanako@example.ac.jp'] })).mail).toBe('hanako@example.ac.jp');
    expect(valuesOf(examplePerson({ mail: ['a@example.ac.jp', 'a@example.ac.jp'] })).mail).toBe('a@example.ac.jp');
    expect(valuesOf(examplePerson({})).mail).toBeUndefined();
  });

  test('of several names nobody: on another day the directory may tell another one first', () => {
    expect(valuesOf(examplePerson({ mail: ['a@example.ac.jp', 'b@example.ac.jp'] })).mail).toBeUndefined();
  });

  test('attack: markup instead of an address', () => {
    expect(valuesOf(examplePerson({ mail: ['<script>@example.ac.jp'] })).mail).toBeUndefined();
  });
});
