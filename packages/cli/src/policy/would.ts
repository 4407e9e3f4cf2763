import { explainWould, type Outlook, type PolicyQuestion } from '@gakumon/mfa';
import { type Answer, explainVisit, type Visit } from './explainVisit.ts';

/** What would be asked somewhere else, or later. */
export type Would = {
  /** In words. */
  readonly if: string;
  readonly question: PolicyQuestion;
  readonly answer: Answer;
};

/**
 * What would change on the other side of each network, and there and here at the times that the policy names; what stays
 * the same is left out. Pure.
 */
export function listWould(visit: Visit, answer: Answer): readonly Would[] {
  const outlooks = explainWould(visit.policy, visit.question);
  const elsewhere = outlooks.filter(({ question }) => question.address !== visit.question.address);
  return [
    ...listChanges(visit, answer, outlooks),
    ...elsewhere.flatMap((place) => listLaterThere({ ...visit, question: place.question }, place)),
  ];
}

function listLaterThere(there: Visit, place: Outlook): readonly Would[] {
  const later = explainWould(there.policy, there.question).filter(
    ({ question }) => question.now !== there.question.now,
  );
  const inFull = later.map((outlook) => ({ ...outlook, if: `${place.if}, ${outlook.if}` }));
  return listChanges(there, explainVisit(there), inFull);
}

/** Of times, each is compared with the one before it. */
function listChanges(visit: Visit, answer: Answer, outlooks: readonly Outlook[]): readonly Would[] {
  let before = answer;
  return outlooks.flatMap(({ if: condition, question }): Would[] => {
    const isLater = question.now !== visit.question.now;
    const then = explainVisit({ ...visit, question });
    if (isAlike(then, isLater ? before : answer)) return [];
    if (isLater) before = then;
    return [{ if: condition, question, answer: then }];
  });
}

const isAlike = (one: Answer, other: Answer): boolean =>
  one.decision === other.decision && one.requires.join(' ') === other.requires.join(' ');
