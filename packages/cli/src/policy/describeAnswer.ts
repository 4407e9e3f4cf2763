import type { PolicyRule, RuleTrace } from '@gakumon/mfa';
import { isoTime } from '../metadata/moments.ts';
import type { Answer, Visit } from './explainVisit.ts';
import type { Would } from './would.ts';

/** An explanation as it goes out to scripts: `decision`, `requires`, `rules`, `network` and `would` are a contract. */
export function describeAnswer(visit: Visit, answer: Answer, would: readonly Would[]) {
  const { question, authenticators } = visit;
  const { verdict, decision, enrolment } = answer.explanation;
  const placement = verdict?.placement;
  return {
    decision: answer.decision,
    requires: answer.requires,
    rules: (verdict?.rules ?? []).map(describeRule),
    network: (placement?.inside ?? []).map(({ network }) => network),
    would: would.map(describeWould),
    announced: answer.told.map(describeAnnounced),
    placement: { address: question.address, inside: placement?.inside ?? [], excluded: placement?.excluded ?? [] },
    at: isoTime(question.now),
    user: question.person.username,
    groups: question.person.groups,
    disabled: visit.isDisabled === true || undefined,
    sp: question.service?.entityId,
    contexts: question.contexts,
    refusal: decision.kind === 'refuse' ? decision.code : undefined,
    authenticators: authenticators.map(({ id, kind, name }) => ({ id, kind, name })),
    enrolment: enrolment && describeEnrolment(enrolment),
  };
}

function describeRule({ name, matched, requires, state, failed }: RuleTrace) {
  return { name, matched, requires, state, why: failed };
}

function describeAnnounced({ name, from = 0, announce = 0 }: PolicyRule) {
  return { name, since: isoTime(from - announce), from: isoTime(from) };
}

function describeWould({ if: condition, question: { address, now }, answer }: Would) {
  const { decision, requires, explanation } = answer;
  const network = (explanation.verdict?.placement.inside ?? []).map((place) => place.network);
  return { if: condition, decision, requires, network, address, at: isoTime(now) };
}

function describeEnrolment(enrolment: NonNullable<Answer['explanation']['enrolment']>) {
  return enrolment.allowed ? { allowed: true, by: enrolment.by } : { allowed: false, elsewhere: enrolment.elsewhere };
}
