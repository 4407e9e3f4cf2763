import type { ReleaseTarget, ServiceProviderGroup, TargetConditions } from '@gakumon/attributes';
import { byForm, isGroup, object, type Schema, text, z } from './schema.ts';

/** One text or several, as they are written. */
const oneOf = z.union([text, z.array(text).min(1, { error: 'is empty, so it would mean nobody' })], {
  error: 'must be text or a list of texts',
});

const requirement = z.enum(['subject-id', 'pairwise-id', 'any', 'none'], {
  error: 'must be subject-id, pairwise-id, any or none, as the entity attribute subject-id:req has it',
});

const conditions = {
  entityId: oneOf.optional(),
  source: oneOf.optional(),
  category: oneOf.optional(),
  registrationAuthority: oneOf.optional(),
  subjectIdRequirement: z.union([requirement, z.array(requirement).min(1)]).optional(),
  serviceProviders: oneOf.optional(),
  group: oneOf.optional(),
  affiliation: oneOf.optional(),
};

const nobody = { error: `is empty, so it would mean nobody; known here: ${Object.keys(conditions).join(', ')}` };
const isNamed = (value: object): boolean => Object.values(value).some((one) => one !== undefined);
const excluded = object(conditions).refine(isNamed, nobody);
const described = object({
  ...conditions,
  not: byForm<z.infer<typeof excluded> | z.infer<typeof excluded>[]>((value) =>
    Array.isArray(value) ? z.array(excluded).min(1, { error: 'is empty' }) : excluded,
  ).optional(),
}).refine(isNamed, nobody);

/** A target as it is written: `serviceProviders` are names still. */
export type WrittenTarget = 'any' | z.infer<typeof described>;

export const target: Schema<WrittenTarget> = byForm<WrittenTarget>((value) =>
  isGroup(value)
    ? described
    : z.literal('any', {
        error: `must be any, or a group of one or more of ${Object.keys(conditions).join(', ')}, not`,
      }),
);

type Written = z.infer<typeof excluded>;

/** Puts the service providers in place of the names of their groups; a name that nobody knows stays as a group of nobody. */
export function withGroups(written: WrittenTarget, groups: readonly ServiceProviderGroup[]): ReleaseTarget {
  if (written === 'any') return 'any';
  const { not, ...own } = written;
  const fill = (one: Written): TargetConditions => fillConditions(one, groups);
  if (not === undefined) return fill(own);
  return { ...fill(own), not: Array.isArray(not) ? not.map(fill) : fill(not) };
}

function fillConditions({ serviceProviders, ...rest }: Written, groups: readonly ServiceProviderGroup[]) {
  if (serviceProviders === undefined) return rest;
  return { ...rest, serviceProviders: listTexts(serviceProviders).map((name) => findGroup(name, groups)) };
}

function findGroup(name: string, groups: readonly ServiceProviderGroup[]): ServiceProviderGroup {
  return groups.find((group) => group.name === name) ?? { name, entityIds: [] };
}

/** The names of groups in a target of any shape, with their paths. */
export function listGroupNames(to: unknown): { readonly path: readonly PropertyKey[]; readonly name: string }[] {
  if (!isGroup(to)) return [];
  const excludedOnes = Array.isArray(to.not)
    ? to.not.map((one, at) => [['not', at], one] as const)
    : [[['not'], to.not] as const];
  return [
    ...listTexts(to.serviceProviders).map((name) => ({ path: ['serviceProviders'], name })),
    ...excludedOnes.flatMap(([path, one]) =>
      isGroup(one)
        ? listTexts(one.serviceProviders).map((name) => ({ path: [...path, 'serviceProviders'], name }))
        : [],
    ),
  ];
}

function listTexts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** A target of any shape, with its affiliations and categories only, where those are texts. */
export function toComparableTarget(to: unknown): ReleaseTarget {
  if (!isGroup(to)) return 'any';
  const readable = (one: unknown): TargetConditions => ({
    category: isGroup(one) ? listTexts(one.category) : [],
    affiliation: isGroup(one) ? listTexts(one.affiliation) : [],
  });
  const { not } = to;
  if (not === undefined) return readable(to);
  return { ...readable(to), not: Array.isArray(not) ? not.map(readable) : readable(not) };
}
