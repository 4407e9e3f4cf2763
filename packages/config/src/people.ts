import type { FilePerson } from '@gakumon/directory';
import { loadDocument } from './document.ts';
import { object, type Schema, text, uniqueBy, version, withRule, z } from './schema.ts';

const values = z.union([text.transform((value) => [value]), z.array(text).min(1)], {
  error: 'must be text or a list of texts (put numbers in quotes)',
});

const person = object({
  username: text,
  passwordHash: text,
  groups: z.array(text).default([]),
  totpSecret: text.optional(),
  attributes: z.record(text, values).default({}),
});

const peopleSchema: Schema<readonly FilePerson[]> = object({
  version,
  people: withRule(
    z.array(person.transform((entry) => ({ ...entry, totpSecret: entry.totpSecret }))),
    uniqueBy('username'),
  ),
}).transform(({ people }) => people);

/**
 * Reads users.yaml.
 * @throws GakumonError `document-invalid` with every mistake and its line, `file-unreadable`
 */
export function loadPeople(file: string): Promise<readonly FilePerson[]> {
  return loadDocument(file, peopleSchema, 'document-invalid');
}
