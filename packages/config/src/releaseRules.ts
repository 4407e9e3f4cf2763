import {
  findNameIdFormat,
  listReleaseRuleMistakes,
  nameIdFormatNames,
  type ReleaseDocument,
  type ReleaseRule,
  type ReleaseRules,
} from '@gakumon/attributes';
import { loadDocument, parseDocument } from './document.ts';
import { type Issue, list, object, type Schema, text, version, withRule, z } from './schema.ts';

const target = z.union(
  [
    z.literal('any'),
    object({ entityId: text }),
    object({ source: text }),
    object({ category: text }),
    object({ registrationAuthority: text }),
    object({ group: text }),
  ],
  { error: 'must be any, or one of { entityId }, { source }, { category }, { registrationAuthority }, { group }' },
);

const release = z.union([z.enum(['requested', 'all']), z.array(text)], {
  error: 'must be requested, all, or a list of attribute names',
});

/** By its short name or its URI; comes out as the URI. */
export const nameIdFormat = z.string().transform((written, context) => {
  const format = findNameIdFormat(written);
  if (format !== undefined) return format;
  context.addIssue(`must be one of ${nameIdFormatNames.join(', ')}, or the URI of one of them`);
  return z.NEVER;
});

const rule = object({
  name: text,
  to: target,
  release: release.default([]),
  deny: z.array(text).default([]),
  nameId: z.array(nameIdFormat).optional(),
});

export const releaseSchema: Schema<ReleaseDocument> = object({
  version,
  rules: list(withRule(z.array(rule), everyNameMeansSomething)),
}).transform(({ rules }) => ({ rules, access: [] }));

/** Its rules alone. */
export const rulesSchema: Schema<ReleaseRules> = releaseSchema.transform(({ rules }) => rules);

/** A mistyped name in a `deny` would protect nobody, so the names are part of whether the file is good. */
function everyNameMeansSomething(value: unknown): Issue[] {
  const rules = Array.isArray(value) ? value.map(toComparable) : [];
  return listReleaseRuleMistakes(rules).map(({ index, field, message }) => ({ path: [index, field], message }));
}

/** A rule whose own shape may be wrong: that is told elsewhere, and must not hide the others. */
function toComparable(entry: Partial<ReleaseRule> | undefined, index: number): ReleaseRule {
  const { name, release, deny } = entry ?? {};
  return {
    name: typeof name === 'string' ? name : `unnamed ${index}`,
    to: 'any',
    release: listOf(release),
    deny: listOf(deny),
  };
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/**
 * Reads release.yaml.
 * @throws GakumonError `document-invalid` with every mistake and its line, `file-unreadable`
 */
export async function loadReleaseRules(file: string): Promise<ReleaseRules> {
  return (await loadRelease(file)).rules;
}

/** The whole of release.yaml. @throws GakumonError as `loadReleaseRules` */
export function loadRelease(file: string): Promise<ReleaseDocument> {
  return loadDocument(file, releaseSchema, 'document-invalid');
}

/** The same of a text that is in hand already; `file` is what it is called in messages. */
export function parseReleaseRules(text: string, file: string): ReleaseRules {
  return parseRelease(text, file).rules;
}

export function parseRelease(text: string, file: string): ReleaseDocument {
  return parseDocument(text, file, releaseSchema, 'document-invalid');
}
