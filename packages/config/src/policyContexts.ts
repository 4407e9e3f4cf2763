import { type AuthnContextDefinition, builtInContexts, certifiedAal2, phishingResistantMfa } from '@gakumon/mfa';
import { authnContexts, hours, minutes } from '@gakumon/terms';
import { combinations, freshness } from './policyRequirements.ts';
import { duration, type Issue, isGroup, object, uniqueBy, withRule, z } from './schema.ts';

const uri = z.string().regex(/^[a-z][a-z0-9+.-]*:[^\s<>"]{1,1000}$/i, {
  error: 'must be a URI such as https://www.gakunin.jp/profile/AAL2',
});

const certified = z.literal(true, { error: 'must be true: only a site that GakuNin has certified may assert AAL2' });

const custom = object({
  uri,
  any: combinations,
  ...freshness,
  strength: z.int({ error: 'must be a whole number' }).min(1).max(100).default(20),
}).transform(
  ({ uri: name, any, within, idle, strength }): AuthnContextDefinition => ({
    uri: name,
    strength,
    requirement: { name, combinations: any, maxAge: within, maxIdle: idle },
  }),
);

const shape = object({
  sfa: z.boolean({ error: 'must be true or false' }).default(true),
  aal2: object({
    certified,
    within: withinLimit(hours(12), 'may be 12 hours at most').prefault('PT12H'),
    idle: withinLimit(minutes(30), 'may be 30 minutes at most').prefault('PT30M'),
    syncedPasskeys: z.enum(['accept', 'refuse'], { error: 'must be accept or refuse' }).default('refuse'),
  }).optional(),
  phishingResistant: object({ uri }).optional(),
  custom: withRule(withRule(z.array(custom), uniqueBy('uri')), areNew).default([]),
  order: z.array(uri).default([]),
});

/** The classes that may be asserted, in the order of preference when a service asks for nothing. */
export const contexts = withRule(shape, phishingResistantIsNew).transform(
  ({ sfa, aal2, phishingResistant, custom: own, order }, context): readonly AuthnContextDefinition[] => {
    const known = [
      ...builtInContexts.filter(({ uri: built }) => sfa || built !== authnContexts.refedsSfa),
      ...(aal2 === undefined ? [] : [certifiedAal2(aal2)]),
      ...(phishingResistant === undefined ? [] : [phishingResistantMfa(phishingResistant.uri)]),
      ...own,
    ];
    for (const [index, wanted] of order.entries()) {
      if (known.some((one) => one.uri === wanted)) continue;
      context.addIssue({ code: 'custom', path: ['order', index], message: `${wanted} is not asserted here` });
    }
    const first = [...new Set(order)].flatMap((wanted) => known.filter((one) => one.uri === wanted));
    return [...first, ...known.filter((one) => !first.includes(one))];
  },
);

function withinLimit(most: number, error: string) {
  return duration.refine((value) => value <= most, { error });
}

/** Predicates of known classes are not the site's to choose: whoever reads them relies on what they mean. */
const taken: ReadonlySet<unknown> = new Set(Object.values(authnContexts));
const takenMessage = (value: string): string =>
  value === authnContexts.gakuninAal2 ? 'is declared under aal2' : 'has a meaning of its own already';

function areNew(value: unknown): Issue[] {
  return (Array.isArray(value) ? value : []).flatMap((one: unknown, index): Issue[] => {
    const name = isGroup(one) ? one.uri : undefined;
    return typeof name === 'string' && taken.has(name) ? [{ path: [index, 'uri'], message: takenMessage(name) }] : [];
  });
}

function phishingResistantIsNew(value: unknown): Issue[] {
  const { phishingResistant, custom: own } = isGroup(value) ? value : {};
  const name = isGroup(phishingResistant) ? phishingResistant.uri : undefined;
  if (typeof name !== 'string') return [];
  const isOwn = Array.isArray(own) && own.some((one: unknown) => isGroup(one) && one.uri === name);
  if (!taken.has(name) && !isOwn) return [];
  return [{ path: ['phishingResistant', 'uri'], message: isOwn ? 'stands under custom too' : takenMessage(name) }];
}
