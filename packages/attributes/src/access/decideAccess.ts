import type { Person } from '@gakumon/terms';
import { foldCase } from '../release/foldCase.ts';
import { decideTarget, type Recipient, targetFacts } from '../releaseTarget.ts';
import type { ResolvedAttribute } from '../types.ts';
import { meetsCondition } from './meetsCondition.ts';
import type { AccessDecision, AccessRule, AccessRules } from './types.ts';

/**
 * Decides whether somebody may use a service: every rule that speaks of it must let the person in. What a rule says that
 * is not understood, or can't be told now, lets nobody in. Pure.
 * @param resolved what is known about the person for this SP; the release rules have nothing to do with it
 */
export function decideAccess(
  rules: AccessRules,
  recipient: Recipient,
  person: Person,
  resolved: readonly ResolvedAttribute[],
): AccessDecision {
  const facts = targetFacts({ ...recipient, sourcesAway: person.sourcesAway }, resolved);
  for (const rule of rules) {
    const verdict = decideTarget(rule.to, facts);
    if (verdict === 'other') continue;
    const why = verdict === 'unknown' ? unknown('whom this rule speaks of') : whyNot(rule, { person, resolved });
    if (why === undefined) continue;
    const { name, message, contact } = rule;
    const { sourcesAway = [] } = person;
    const awaited = why.isUnknown && sourcesAway.length > 0;
    const reason = awaited ? `${why.reason} (away: ${sourcesAway.join(', ')})` : why.reason;
    const refusal = { rule: name, reason, message, contact };
    return { kind: 'refused', refusal: awaited ? { ...refusal, isUndecided: true } : refusal };
  }
  return { kind: 'permitted' };
}

type Knowledge = Parameters<typeof meetsCondition>[1];

type Why = { readonly reason: string; readonly isUnknown: boolean };

const known = (reason: string): Why => ({ reason, isUnknown: false });
const unknown = (what: string): Why => ({ reason: `nobody can tell ${what}`, isUnknown: true });

function whyNot({ allow, deny }: AccessRule, about: Knowledge): Why | undefined {
  const denials = deny.map((condition) => meetsCondition(condition, about, foldCase));
  if (denials.includes('holds')) return known('this rule keeps them out');
  if (denials.includes('unknown')) return unknown('whether this rule keeps them out');
  if (allow === 'everybody') return undefined;
  const permissions = Array.isArray(allow) ? allow.map((one) => meetsCondition(one, about, asItStands)) : [];
  if (permissions.includes('holds')) return undefined;
  if (permissions.includes('unknown')) return unknown('whether this rule lets them in');
  return known(permissions.length === 0 ? 'this rule lets nobody in' : 'they are none of those whom this rule lets in');
}

const asItStands = (text: string): string => text;
