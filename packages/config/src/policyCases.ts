import { isIP } from 'node:net';
import { parseDocument } from './document.ts';
import { parseYaml } from './locatedYaml.ts';
import { parseMoment } from './moment.ts';
import { duration, type Issue, object, type Schema, text, uniqueBy, version, withRule, z } from './schema.ts';

/** What a person of a case can have to prove something with. */
export const caseAuthenticators = ['totp', 'shared-totp', 'security-key', 'passkey', 'synced-passkey'] as const;
export type CaseAuthenticator = (typeof caseAuthenticators)[number];

const texts = z.union([text.transform((value) => [value]), z.array(text)], {
  error: 'must be text or a list of texts',
});

const address = z
  .string()
  .refine((value) => isIP(value) !== 0 && !value.includes('%'), { error: 'must be an IPv4 or IPv6 address' });

/** Comes out in milliseconds. */
const moment = z.string().transform((value, context) => {
  const at = parseMoment(value);
  if (at !== undefined) return at;
  context.addIssue(
    `${JSON.stringify(value)} is no day such as 2024-02-03, and no time such as 2024-02-03T09:00:00+09:00`,
  );
  return z.NEVER;
});

const expected = withRule(
  object({
    decision: text.optional(),
    requires: texts.optional(),
    network: texts.optional(),
    rules: texts.optional(),
  }),
  expectsSomething,
);

const entry = object({
  name: text,
  user: text.optional(),
  groups: texts.optional(),
  attributes: z.record(z.string(), texts).optional(),
  has: z
    .array(z.enum(caseAuthenticators, { error: `must be one of ${caseAuthenticators.join(', ')}` }), {
      error: `must be a list of ${caseAuthenticators.join(', ')}`,
    })
    .optional(),
  sp: text.optional(),
  anySp: z
    .union([z.literal(true), object({ categories: texts.default([]), requestedAttributes: texts.default([]) })], {
      error: 'must be true, or { categories, requestedAttributes }',
    })
    .optional(),
  ip: address,
  at: moment.optional(),
  contexts: texts.default([]),
  lastProof: duration.optional(),
  newBrowser: z.boolean({ error: 'must be true or false' }).optional(),
  newNetwork: z.boolean({ error: 'must be true or false' }).optional(),
  expect: expected,
});

/** One line of a table of cases: somebody comes from somewhere to a service, and this is to be asked. */
export type PolicyCase = Readonly<z.infer<typeof entry>> & { readonly line: number };

const casesSchema: Schema<readonly Readonly<z.infer<typeof entry>>[]> = object({
  version,
  cases: withRule(
    withRule(z.array(entry).min(1, { error: 'name at least one case' }), uniqueBy('name')),
    whoAndWhereToAreClear,
  ),
}).transform(({ cases }) => cases);

function expectsSomething(value: unknown): Issue[] {
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  return isEmpty ? [{ path: [], message: 'expects nothing: decision, requires, network or rules' }] : [];
}

/** Takes cases of any shape: what is wrong with that is told elsewhere. */
function whoAndWhereToAreClear(value: unknown): Issue[] {
  return (Array.isArray(value) ? value : []).flatMap((one: unknown, index): Issue[] => {
    const { user, groups, attributes, sp, anySp } = (one ?? {}) as Partial<Record<string, unknown>>;
    const madeUp = groups !== undefined ? 'groups' : attributes !== undefined ? 'attributes' : undefined;
    return [
      ...(user !== undefined && madeUp !== undefined
        ? [{ path: [index, madeUp], message: 'the directory says this of a user; give the one or the other' }]
        : []),
      ...(sp !== undefined && anySp !== undefined
        ? [{ path: [index, 'anySp'], message: 'give sp or anySp, not both' }]
        : []),
    ];
  });
}

/**
 * Reads a table of cases for `gakumon policy test`.
 * @param file what it is called in messages
 * @throws GakumonError `document-invalid` with every mistake and its line
 */
export function parsePolicyCases(source: string, file: string): readonly PolicyCase[] {
  const cases = parseDocument(source, file, casesSchema, 'document-invalid');
  const { lineOf } = parseYaml(source);
  return cases.map((one, index) => ({ ...one, line: lineOf(['cases', index]) }));
}
