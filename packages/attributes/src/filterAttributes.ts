import { attributeValueText } from './attributeValueText.ts';
import { type Denial, denies, listDenials } from './release/denials.ts';
import { type Asker, type Permission, permissionOf } from './release/permissionOf.ts';
import type { ReleaseRule, ReleaseRules } from './releaseRules.ts';
import { decideTarget, type Recipient, targetFacts } from './releaseTarget.ts';
import { readRequests } from './requestedAttributes.ts';
import type {
  AttributeValue,
  ReleaseDecision,
  ReleasedAttributes,
  ResolvedAttribute,
  ResolvedAttributes,
  ValueDecision,
} from './types.ts';

/**
 * Decides what leaves the house. Nothing does unless a rule lets it out, and a deny of any rule that matches wins over
 * every permission, wherever it stands. What several rules permit of an attribute goes together. Pure; the decisions are
 * what `release preview` prints.
 */
export function filterAttributes(
  resolved: ResolvedAttributes,
  recipient: Recipient,
  rules: ReleaseRules,
): { readonly released: ReleasedAttributes; readonly decisions: readonly ReleaseDecision[] } {
  const { serviceProvider, attributeConsumingServiceIndex } = recipient;
  const applied = applyRules(rules, recipient, resolved);
  const asker = { serviceProvider, requests: readRequests(serviceProvider, attributeConsumingServiceIndex) };
  const decisions = resolved.map((attribute) => decideRelease(attribute, asker, applied));
  const released = decisions
    .filter((decision) => decision.released)
    .map(({ attribute, values }): ResolvedAttribute => ({ definition: attribute.definition, values }));
  return { released: released as readonly unknown[] as ReleasedAttributes, decisions };
}

/** The rules that speak of an SP and a person. One of which nobody can tell permits nothing and denies to all. */
export function applyRules(
  rules: ReleaseRules,
  recipient: Recipient,
  resolved: readonly ResolvedAttribute[],
): { readonly permitting: ReleaseRules; readonly denying: ReleaseRules } {
  const facts = targetFacts(recipient, resolved);
  const verdicts = rules.map((rule) => ({ rule, verdict: decideTarget(rule.to, facts) }));
  return {
    permitting: verdicts.filter(({ verdict }) => verdict === 'matches').map(({ rule }) => rule),
    denying: verdicts.filter(({ verdict }) => verdict !== 'other').map(({ rule }) => rule),
  };
}

function decideRelease(
  attribute: ResolvedAttribute,
  asker: Asker,
  { permitting, denying }: ReturnType<typeof applyRules>,
): ReleaseDecision {
  const { definition } = attribute;
  const permissions = listPermissions(permitting, attribute, asker);
  const denials = listDenials(denying, definition.id);
  const among = attribute.values.length;
  const fates = attribute.values.map((value) => decideValue(value, among, permissions, denials));
  const going = fates.filter(({ code }) => code === 'permitted');
  const kept = fates.filter(({ code }) => code !== 'permitted');
  const telling = going[0] ?? kept.find(({ code }) => code === 'denied') ?? kept[0] ?? unnamed;
  return {
    attribute,
    released: going.length > 0,
    values: going.map(({ value }) => value),
    isRequired: isRequired(asker, definition),
    kept,
    rule: telling.rule,
    code: telling.code,
    reason: telling.reason,
  };
}

function isRequired({ requests }: Asker, definition: ResolvedAttribute['definition']): boolean | undefined {
  return requests.requested(definition) === undefined ? undefined : requests.required(definition) !== undefined;
}

type Spoken = { readonly rule: ReleaseRule; readonly permission: Exclude<Permission, undefined> };

const ranks = { every: 0, some: 1, none: 2 } as const;

/** The most generous first: it is the one to be named as the reason. */
function listPermissions(rules: ReleaseRules, { definition }: ResolvedAttribute, asker: Asker): readonly Spoken[] {
  return rules
    .flatMap((rule): Spoken[] => {
      const permission = permissionOf(rule, definition, asker);
      return permission === undefined ? [] : [{ rule, permission }];
    })
    .toSorted((a, b) => ranks[a.permission.kind] - ranks[b.permission.kind]);
}

const unnamed: Omit<ValueDecision, 'value'> = {
  rule: undefined,
  code: 'no-rule',
  reason: 'no rule for this SP and this person releases it',
};

function decideValue(
  value: AttributeValue,
  among: number,
  permissions: readonly Spoken[],
  denials: readonly Denial[],
): ValueDecision {
  // Identifiers are computed when their value is looked at; most rules need not
  const text = (): string => attributeValueText(value);
  const denial = denials.find((one) => denies(one, text, among));
  if (denial !== undefined) {
    const reason = 'this rule denies it, and a deny wins over every permission';
    return { value, rule: denial.rule.name, code: 'denied', reason };
  }
  for (const { rule, permission } of permissions) {
    if (permission.kind === 'none' || (permission.kind === 'some' && !permission.lets(text(), among))) continue;
    return { value, rule: rule.name, code: 'permitted', reason: permission.reason };
  }
  const [first] = permissions;
  if (first === undefined || first.permission.kind === 'every') return { value, ...unnamed };
  return { value, rule: first.rule.name, ...first.permission.else };
}
