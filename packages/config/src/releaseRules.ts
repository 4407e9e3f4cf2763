import {
  attributeOfItem,
  findNameIdFormat,
  listReleaseRuleMistakes,
  nameIdFormatNames,
  type ReleaseDocument,
  type ReleaseItem,
  type ReleaseRule,
  type ReleaseRules,
} from '@gakumon/attributes';
import { accessRule, listAccessMistakes } from './accessRules.ts';
import { loadDocument, parseDocument } from './document.ts';
import { listGroupNames, target, toComparableTarget, withGroups } from './releaseTargets.ts';
import { byForm, type Issue, isGroup, list, object, type Schema, text, version, withRule, z } from './schema.ts';

const itemOfValues = object({
  attribute: text,
  values: z.array(text).min(1, { error: 'is empty, so it would mean no value' }).optional(),
  matching: text.optional(),
}).refine(({ values, matching }) => (values === undefined) !== (matching === undefined), {
  error: 'must say either values or matching; for every value, write the name of the attribute alone',
});

const item = byForm<ReleaseItem>((value) =>
  isGroup(value)
    ? itemOfValues.transform(({ attribute, values, matching }) => ({
        attribute,
        ...(values === undefined ? {} : { values }),
        ...(matching === undefined ? {} : { matching }),
      }))
    : z.string({ error: 'must be the name of an attribute, or { attribute, values } or { attribute, matching }' }),
);

const release = byForm<ReleaseRule['release']>((value) =>
  Array.isArray(value)
    ? z.array(item)
    : z.enum(['requested', 'required', 'bundle', 'all'], {
        error: 'must be requested, required, bundle, all, or a list of attribute names',
      }),
);

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
  deny: z.array(item).default([]),
  nameId: z.array(nameIdFormat).optional(),
});

const groups = z.record(text, z.array(text).min(1, { error: 'names no service provider' }));

const releaseSchema: Schema<ReleaseDocument> = withRule(
  object({
    version,
    serviceProviders: groups.prefault({}),
    rules: list(withRule(z.array(rule), everyNameMeansSomething)),
    access: list(withRule(z.array(accessRule), listAccessMistakes)).prefault([]),
  }),
  listUnknownGroups,
).transform(({ serviceProviders, rules, access }) => {
  const known = Object.entries(serviceProviders).map(([name, entityIds]) => ({ name, entityIds }));
  return {
    rules: rules.map((one) => ({ ...one, to: withGroups(one.to, known) })),
    access: access.map((one) => ({ ...one, to: withGroups(one.to, known) })),
  };
});

/** Its rules alone. */
export const rulesSchema: Schema<ReleaseRules> = releaseSchema.transform(({ rules }) => rules);

/** Takes a document of any shape: what else is wrong with it is told elsewhere. */
function listUnknownGroups(value: unknown): Issue[] {
  if (!isGroup(value)) return [];
  const known = isGroup(value.serviceProviders) ? Object.keys(value.serviceProviders) : [];
  return (['rules', 'access'] as const).flatMap((key) => {
    const entries: unknown = value[key];
    return (Array.isArray(entries) ? entries : []).flatMap((entry: unknown, index) =>
      listGroupNames(isGroup(entry) ? entry.to : undefined)
        .filter(({ name }) => !known.includes(name))
        .map(({ path, name }) => ({ path: [key, index, 'to', ...path], message: strangeGroup(name, known) })),
    );
  });
}

function strangeGroup(name: string, known: readonly string[]): string {
  const hint = known.length === 0 ? 'write serviceProviders at the top of the file' : `known: ${known.join(', ')}`;
  return `no group of service providers is called ${JSON.stringify(name)}; ${hint}`;
}

/** A mistyped name in a `deny` would protect nobody, so the names are part of whether the file is good. */
function everyNameMeansSomething(value: unknown): Issue[] {
  const rules = Array.isArray(value) ? value.map(toComparable) : [];
  return listReleaseRuleMistakes(rules).map(({ index, path, message }) => ({ path: [index, ...path], message }));
}

/** A rule whose own shape may be wrong: that is told elsewhere, and must not hide the others. */
function toComparable(entry: Partial<ReleaseRule> | undefined, index: number): ReleaseRule {
  const { name, to, release: written, deny } = entry ?? {};
  return {
    name: typeof name === 'string' ? name : `unnamed ${index}`,
    to: toComparableTarget(to),
    release: written === 'bundle' ? written : listItems(written),
    deny: listItems(deny),
  };
}

/** Keeps the places of the items, so that their lines are found. */
function listItems(value: unknown): readonly ReleaseItem[] {
  if (!Array.isArray(value)) return [];
  return value.map((one: ReleaseItem): ReleaseItem => {
    const attribute = attributeOfItem(one) ?? 'mail';
    return typeof one === 'object' && typeof one?.matching === 'string'
      ? { attribute, matching: one.matching }
      : attribute;
  });
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
