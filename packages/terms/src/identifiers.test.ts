import { describe, expect, test } from '@jest/globals';
import { isGakumonError } from './errors.ts';
import { toEntityId } from './identifiers.ts';

function codeOf(value: string): string {
  try {
    return toEntityId(value);
  } catch (error) {
    return isGakumonError(error) ? error.code : String(error);
  }
}

describe('an entityID', () => {
  test.each(['https://sp.example.org/shibboleth', 'urn:mace:example:sp', `https://sp.example/${'a'.repeat(1000)}`])(
    '%s stays as it is',
    (value) => {
      expect(codeOf(value)).toBe(value);
    },
  );
  test.each([
    ['nothing', ''],
    ['a space', 'https://sp.example /'],
    ['a line break', 'https://sp.example/\n'],
    ['a NUL', 'https://sp.example/\0'],
    ['a zero-width space, which looks like another SP', 'https://sp.ex\u200bample/'],
    ['a direction mark', 'https://sp.example/\u202e'],
    ['more than 1024 characters', `https://sp.example/${'a'.repeat(1024)}`],
  ])('attack: %s is refused', (_, value) => {
    expect(codeOf(value)).toBe('entity-id-invalid');
  });
});
