import {
  type AccessRule,
  listTargetMistakes,
  listUnknownAffiliations,
  listUnknownAttributes,
  type PersonCondition,
} from '@gakumon/attributes';
import { target, toComparableTarget, type WrittenTarget } from './releaseTargets.ts';
import {
  byForm,
  emailAddress,
  type Issue,
  isGroup,
  localised,
  object,
  type Schema,
  text,
  uniqueBy,
  webUrl,
  z,
} from './schema.ts';

const oneOrMore = z.union([text.transform((one) => [one]), z.array(text).min(1, { error: 'is empty' })], {
  error: 'must be text or a list of texts',
});

const affiliations = oneOrMore.superRefine((written, context) => {
  for (const message of listUnknownAffiliations(written)) context.addIssue({ code: 'custom', message });
});

const keys = {
  group: oneOrMore.optional(),
  affiliation: affiliations.optional(),
  directory: oneOrMore.optional(),
  username: oneOrMore.optional(),
  attribute: z
    .record(z.string(), oneOrMore, {
      error: 'must be attributes and their values, such as { eduPersonEntitlement: [urn:x] }',
    })
    .refine((value) => Object.keys(value).length > 0, { error: 'must name an attribute and its values' })
    .superRefine((value, context) => {
      const ids = Object.keys(value);
      const strangers = [...listUnknownAttributes(ids), ...listComputed(ids)];
      for (const message of strangers) context.addIssue({ code: 'custom', message });
    })
    .optional(),
};

/** Nobody looks for them before access is decided: a condition on one would never hold. */
function listComputed(ids: readonly string[]): string[] {
  return ids
    .filter((id) => id === 'eduPersonTargetedID' || id === 'pairwise-id')
    .map((id) => `${id} is another one at each service, and says nothing of who somebody is`);
}

const condition: Schema<PersonCondition> = object(keys)
  .refine((value) => Object.values(value).some((one) => one !== undefined), {
    error: `describes nobody; known here: ${Object.keys(keys).join(', ')}`,
  })
  .transform(({ group, affiliation, directory, username, attribute }) => ({
    groups: group,
    affiliations: affiliation,
    directories: directory,
    usernames: username,
    attributes: attribute && Object.entries(attribute).map(([id, values]) => ({ id, values })),
  }));

const allow = byForm<AccessRule['allow']>((value) =>
  Array.isArray(value)
    ? z.array(condition)
    : z.literal('everybody', {
        error: 'must be everybody, or a list such as [{ group: staff }, { affiliation: student }]',
      }),
);

const contact = object({ name: localised, url: webUrl.optional(), email: emailAddress.optional() });

/** A rule of `access`; its `to` names groups of service providers still. */
export const accessRule: Schema<Omit<AccessRule, 'to'> & { readonly to: WrittenTarget }> = object({
  name: text,
  to: target,
  allow: allow.optional(),
  deny: z.array(condition).default([]),
  message: localised.optional(),
  contact: contact.optional(),
})
  .refine(({ allow: allowed, deny }) => allowed !== undefined || deny.length > 0, {
    error: 'says neither who is let in (allow) nor who is kept out (deny)',
  })
  .transform(({ allow: allowed = 'everybody', message, contact: whom, ...rest }) => ({
    ...rest,
    allow: allowed,
    message,
    contact: whom,
  }));

/** What the shape of the rules can't tell. Takes rules of any shape: what is wrong with that is told elsewhere. */
export function listAccessMistakes(value: unknown): Issue[] {
  const rules: readonly unknown[] = Array.isArray(value) ? value : [];
  return [
    ...uniqueBy('name')(value),
    ...rules.flatMap((rule, index) => (isGroup(rule) ? listMistakesIn(rule.to, index) : [])),
  ];
}

function listMistakesIn(to: unknown, index: number): Issue[] {
  return listTargetMistakes(toComparableTarget(to)).map(({ path, message }) => ({
    path: [index, 'to', ...path],
    message,
  }));
}
