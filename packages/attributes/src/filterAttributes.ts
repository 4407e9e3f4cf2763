import { attributeValueText } from './attributeValueText.ts';
import type { ReleaseRule, ReleaseRules } from './releaseRules.ts';
import { decideTarget, type Recipient } from './releaseTarget.ts';
import { findRequestedValues, type RequestedValues } from './requestedAttributes.ts';
import type {
  AttributeValue,
  ReleaseDecision,
  ReleaseDecisionCode,
  ReleasedAttributes,
  ResolvedAttribute,
  ResolvedAttributes,
} from './types.ts';

/**
 * Decides what leaves the house. Nothing does unless a rule lets it out, and a deny of any rule that matches wins over
 * every permission, wherever it stands. Pure; the decisions are what `release preview` prints.
 */
export function filterAttributes(
  resolved: ResolvedAttributes,
  recipient: Recipient,
  rules: ReleaseRules,
): { readonly released: ReleasedAttributes; readonly decisions: readonly ReleaseDecision[] } {
  const verdicts = rules.map((rule) => ({ rule, verdict: decideTarget(rule.to, recipient) }));
  const applied: AppliedRules = {
    permitting: verdicts.filter(({ verdict }) => verdict === 'matches').map(({ rule }) => rule),
    denying: verdicts.filter(({ verdict }) => verdict !== 'other').map(({ rule }) => rule),
  };
  const decisions = resolved.map((attribute) => decideRelease(attribute, recipient, applied));
  const released = decisions
    .filter((decision) => decision.released)
    .map(({ attribute, values }): ResolvedAttribute => ({ definition: attribute.definition, values }));
  return { released: released as readonly unknown[] as ReleasedAttributes, decisions };
}

type AppliedRules = { readonly permitting: ReleaseRules; readonly denying: ReleaseRules };

function decideRelease(
  attribute: ResolvedAttribute,
  { serviceProvider, attributeConsumingServiceIndex }: Recipient,
  { permitting, denying }: AppliedRules,
): ReleaseDecision {
  const { id } = attribute.definition;
  const denied = denying.find((rule) => rule.deny.includes(id));
  if (denied !== undefined) {
    return keep(attribute, 'denied', denied, 'this rule denies it, and a deny wins over every permission');
  }
  const named = permitting.find((rule) => releasesByName(rule, id));
  if (named !== undefined) {
    const reason = named.release === 'all' ? 'this rule releases everything' : 'this rule names it';
    return release(attribute, attribute.values, named, reason);
  }
  const byRequest = permitting.find((rule) => rule.release === 'requested');
  if (byRequest === undefined) {
    return keep(attribute, 'no-rule', undefined, 'no rule for this SP and this person releases it');
  }
  const requested = findRequestedValues(attribute.definition, serviceProvider, attributeConsumingServiceIndex);
  return decideByRequest(attribute, byRequest, requested);
}

const releasesByName = (rule: ReleaseRule, id: string): boolean =>
  rule.release === 'all' || (rule.release !== 'requested' && rule.release.includes(id));

function decideByRequest(attribute: ResolvedAttribute, rule: ReleaseRule, requested: RequestedValues): ReleaseDecision {
  if (requested === undefined) {
    return keep(attribute, 'not-requested', rule, 'this rule releases what is requested; the SP does not request it');
  }
  const values =
    requested === 'every'
      ? attribute.values
      : attribute.values.filter((value) => requested.has(attributeValueText(value)));
  if (values.length === 0) {
    return keep(attribute, 'values-not-requested', rule, 'the SP requests other values of it only');
  }
  const reason =
    values.length === attribute.values.length
      ? 'the SP requests it, and this rule releases what is requested'
      : 'the SP requests these values of it only, and this rule releases what is requested';
  return release(attribute, values, rule, reason);
}

function release(
  attribute: ResolvedAttribute,
  values: readonly AttributeValue[],
  rule: ReleaseRule,
  reason: string,
): ReleaseDecision {
  return { attribute, released: true, values, rule: rule.name, code: 'permitted', reason };
}

function keep(
  attribute: ResolvedAttribute,
  code: ReleaseDecisionCode,
  rule: ReleaseRule | undefined,
  reason: string,
): ReleaseDecision {
  return { attribute, released: false, values: [], rule: rule?.name, code, reason };
}
