import { decideNotice, explainLogin, type LoginExplanation, type LoginSituation } from '@gakumon/idp';
import {
  type Authenticator,
  type AuthnContextDefinition,
  builtInRequirements,
  canBe,
  meets,
  orderByStrength,
  type PolicyQuestion,
  type PolicyRule,
  type Proved,
  type Requirement,
  requirementIncludes,
  type StepUpPolicy,
} from '@gakumon/mfa';

/** Somebody at the door: what the policy is asked, and what the person has to prove something with. */
export type Visit = {
  readonly policy: StepUpPolicy;
  readonly question: PolicyQuestion;
  /** In the order in which they are offered. */
  readonly authenticators: readonly Authenticator[];
  /** Whether the account is: then nobody logs in with it, whatever is proved. */
  readonly isDisabled?: boolean | undefined;
};

/** What would be asked of somebody who has just typed the right password. */
export type Answer = {
  readonly explanation: LoginExplanation;
  /** What would be asked, by the name of the strongest requirement; `refuse`: it can't be reached; `enrol`: an authenticator first. */
  readonly decision: string;
  /** The names of all requirements in force, the strongest first; `password` when that is enough. */
  readonly requires: readonly string[];
  /** The class that the service asks for and that is to be reached; undefined when it asks for none, or none is reached. */
  readonly aim: AuthnContextDefinition | undefined;
  /** What is announced and the person would be told of, now. */
  readonly told: readonly PolicyRule[];
};

/** Pure; what is decided is decided where logins are (`explainLogin`). */
export function explainVisit({ policy, question, authenticators, isDisabled = false }: Visit): Answer {
  const { now, address, contexts, person } = question;
  const password = { authenticator: 'password', at: now, address, passwordVersion: undefined } as const;
  const situation: LoginSituation = {
    policy,
    question,
    requested: contexts.length === 0 ? undefined : { comparison: 'exact', classes: contexts },
    asked: { forceAuthn: false, isPassive: false },
    proofs: { attempt: { username: person.username, facts: [password], usedAt: [] }, session: undefined },
    authenticators,
    now,
  };
  const explanation = explainLogin(situation);
  const proved = explanation.known ?? { facts: [], usedAt: [] };
  const aim = contexts.length === 0 ? undefined : aimOf(explanation, proved, now);
  const wanted = orderByStrength([...explanation.goal.requirements, ...(aim === undefined ? [] : [named(aim)])]);
  const beyond = wanted.filter((one) => meets(one, proved, now) === undefined).map(({ name }) => name);
  const unknown = explanation.decision.kind === 'refuse' ? contexts : [];
  const names = [...new Set([...unknown, ...beyond])];
  const requires = names.length > 0 ? names : ['password'];
  const decision = isDisabled ? 'refuse' : decisionOf(explanation, authenticators, requires);
  const told = isDisabled ? [] : (decideNotice(situation, explanation)?.rules ?? []);
  return { explanation, aim, told, requires, decision };
}

function decisionOf(
  { decision, next }: LoginExplanation,
  authenticators: readonly Authenticator[],
  [strongest = 'password']: readonly string[],
): string {
  if (decision.kind === 'satisfied') return 'password';
  if (decision.kind === 'refuse' || next === undefined || next.kind === 'unreachable') return 'refuse';
  if (next.kind === 'enrol') return 'enrol';
  // Whoever has others than what is wanted is asked for those, to enrol what is.
  const isWithinReach = decision.ways.some(({ missing }) =>
    missing.every((pattern) => authenticators.some((one) => canBe(pattern, one))),
  );
  return isWithinReach ? strongest : 'enrol';
}

/** Of the classes that would do the one that takes least, as a login goes about it. */
function aimOf({ decision, goal }: LoginExplanation, proved: Proved, now: number): AuthnContextDefinition | undefined {
  const there = goal.acceptable.find(({ requirement }) => meets(requirement, proved, now) !== undefined);
  if (there !== undefined) return there;
  const nearest = decision.kind === 'incomplete' ? decision.ways[0]?.contextClass : undefined;
  return goal.acceptable.find(({ uri }) => uri === nearest);
}

/** A class by the name of the requirement that asks for the same, where there is one. */
function named({ requirement }: AuthnContextDefinition): Requirement {
  const same = Object.values<Requirement>(builtInRequirements).find(
    (one) => requirementIncludes(one, requirement) && requirementIncludes(requirement, one),
  );
  return same ?? requirement;
}
