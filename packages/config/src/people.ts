import { type FilePerson, listFilePeopleMistakes } from '@gakumon/directory';
import { loadDocument, parseDocument } from './document.ts';
import { parseEnd, parseMoment } from './moment.ts';
import { type Issue, list, object, type Schema, text, version, withRule, z } from './schema.ts';

const values = z.union([text.transform((value) => [value]), z.array(text).min(1)], {
  error: 'must be text or a list of texts (put numbers in quotes)',
});

/** YAML leaves days and times as text. */
const timeBy = (parse: (text: string) => number | undefined) =>
  z.string().transform((value, context) => {
    const at = parse(value);
    if (at !== undefined) return at;
    context.addIssue(
      'must be a day such as 2027-04-01, or a time such as 2027-04-01T09:00 (Japan, unless it says otherwise)',
    );
    return z.NEVER;
  });

const person = object({
  username: text,
  passwordHash: text,
  groups: z.array(text).default([]),
  totpSecret: text.optional(),
  disabled: z.boolean().default(false),
  opens: timeBy(parseMoment).optional(),
  expires: timeBy(parseEnd).optional(),
  attributes: z.record(text, values).default({}),
});

const peopleSchema: Schema<readonly FilePerson[]> = object({
  version,
  people: list(
    withRule(
      z.array(
        person.transform(({ disabled, opens, expires, ...entry }) => ({
          ...entry,
          totpSecret: entry.totpSecret,
          isDisabled: disabled,
          ...(opens === undefined ? {} : { opensAt: opens }),
          ...(expires === undefined ? {} : { expiresAt: expires }),
        })),
      ),
      (value) => [...everybodyCanLogIn(value), ...accountsOpenBeforeTheyClose(value)],
    ),
  ),
}).transform(({ people }) => people);

/** The directory's own rules: a login name in the form that typed names are brought into, a hash of ours, no doubles. */
function everybodyCanLogIn(value: unknown): Issue[] {
  const entries = Array.isArray(value) ? value.map(toComparable) : [];
  return listFilePeopleMistakes(entries).map(({ index, field, message }) => ({ path: [index, field], message }));
}

function accountsOpenBeforeTheyClose(value: unknown): Issue[] {
  const entries = Array.isArray(value) ? value : [];
  return entries.flatMap((entry: Partial<FilePerson> | null | undefined, index) => {
    const { opensAt = 0, expiresAt = Number.POSITIVE_INFINITY } = entry ?? {};
    return opensAt < expiresAt ? [] : [{ path: [index, 'expires'], message: 'is not after opens' }];
  });
}

/** An entry whose own shape may be wrong: what is no text is told elsewhere, and must not hide the others. */
function toComparable(entry: Partial<FilePerson> | undefined, index: number): FilePerson {
  const { username, passwordHash, totpSecret } = entry ?? {};
  return {
    username: typeof username === 'string' ? username : `unnamed-${index}`,
    passwordHash: typeof passwordHash === 'string' ? passwordHash : wellFormedHash,
    groups: [],
    totpSecret: typeof totpSecret === 'string' ? totpSecret : undefined,
    attributes: {},
  };
}

const wellFormedHash = `$scrypt$ln=15,r=8,p=3$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/**
 * Reads users.yaml.
 * @throws GakumonError `document-invalid` with every mistake and its line, `file-unreadable`
 */
export function loadPeople(file: string): Promise<readonly FilePerson[]> {
  return loadDocument(file, peopleSchema, 'document-invalid');
}

/** The same of a text that is in hand already; `file` is what it is called in messages. */
export function parsePeople(text: string, file: string): readonly FilePerson[] {
  return parseDocument(text, file, peopleSchema, 'document-invalid');
}
