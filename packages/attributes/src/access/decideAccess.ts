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
    const reason =
      verdict === 'unknown' ? 'nobody can tell whom this rule speaks of' : whyNot(rule, { person, resolved });
    if (reason === undefined) continue;
    const { name, message, contact } = rule;
    return { kind: 'refused', refusal: { rule: name, reason, message, contact } };
  }
  return { kind: 'permitted' };
}

type Knowledge = Parameters<typeof meetsCondition>[1];

function whyNot({ allow, deny }: AccessRule, known: Knowledge): string | undefined {
  const { sourcesAway = [] } = known.person;
  const hint = sourcesAway.length === 0 ? '' : ` (away: ${sourcesAway.join(', ')})`;
  const denials = deny.map((condition) => meetsCondition(condition, known, foldCase));
  if (denials.includes('holds')) return 'this rule keeps them out';
  if (denials.includes('unknown')) return `nobody can tell whether this rule keeps them out${hint}`;
  if (allow === 'everybody') return undefined;
  const permissions = Array.isArray(allow) ? allow.map((one) => meetsCondition(one, known, asItStands)) : [];
  if (permissions.includes('holds')) return undefined;
  if (permissions.includes('unknown')) return `nobody can tell whether this rule lets them in${hint}`;
  return permissions.length === 0 ? 'this rule lets nobody in' : 'they are none of those whom this rule lets in';
}

const asItStands = (text: string): string => text;
