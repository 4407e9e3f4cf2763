import {
  decideOwnEnrolment,
  findOwner,
  ownRecord,
  type SsoAttempt,
  type SsoStep,
  type StepUpReason,
  type Visitor,
} from '@gakumon/idp';
import { GakumonError } from '@gakumon/terms';
import type { Door, Visit } from '../door.ts';
import { fillPlaceholders, pageTexts } from '../messages/index.ts';
import type { LanguageSwitch } from '../views/pageData.ts';
import { showPage } from '../views/showPage.ts';
import { showTime } from '../views/showTime.ts';
import type { LoginStage, UnreachablePage } from '../views/stepUpPages.ts';
import { explainWhy, nameNetworks } from '../views/whyAsked.ts';
import { type ErrorContext, recordRefusal } from './showError.ts';
import { stageOf } from './showStepUp.ts';
import { whyContext } from './showStepUpForm.ts';

/** The page for somebody who cannot prove from here what is asked for: why, from where it works, and the way back. */
export async function showUnreachable(
  door: Door,
  visit: Visit,
  visitor: Visitor,
  step: Extract<SsoStep, { kind: 'unreachable' }>,
): Promise<void> {
  const { attempt, reason } = step;
  const { person } = await findOwner(door.parts.idp, visitor, attempt);
  const { service, stage } = stageOf(door, visit, visitor, step, 'unreachable');
  const { username } = person;
  await showOutOfReach(door, visit, visitor, {
    stage,
    service,
    reason,
    attempt,
    context: { attempt, username },
    languageSwitch: { kind: 'form', attempt: stage.attempt },
  });
}

/** What one such page has that another one hasn't. */
export type OutOfReach = {
  readonly stage: Omit<LoginStage, 'title' | 'account' | 'problem' | 'why'>;
  /** What it is for, by name. */
  readonly service: string;
  readonly reason: StepUpReason;
  readonly attempt: Pick<SsoAttempt, 'id'>;
  /** For the case. */
  readonly context: ErrorContext;
  readonly languageSwitch: LanguageSwitch;
};

/** The same for a service and for pages of ours. */
export async function showOutOfReach(
  door: Door,
  visit: Visit,
  visitor: Visitor,
  { stage, service, reason, attempt, context, languageSwitch }: OutOfReach,
): Promise<void> {
  const { idp } = door.parts;
  const { language } = visit;
  const opened = await recordRefusal(door, visit, new GakumonError('step-up-unreachable'), context);
  const t = pageTexts[language].stepUp.unreachable;
  const elsewhere = nameNetworks(idp.policy().networks, reason.elsewhere, language);
  const where = [
    ...sentence(stage.forService ? t.elsewhere : t.elsewhereToPage, elsewhere),
    ...sentence(t.enrolment, await whereToEnrol(door, visit, visitor, attempt)),
  ];
  const page: UnreachablePage = {
    ...stage,
    template: 'unreachable',
    title: t.title,
    why: explainWhy(reason, whyContext(door, visit, service)),
    where: where.length === 0 ? [t.nowhere] : where,
    reference: opened?.reference ?? '',
    time: showTime(idp.clock(), language),
  };
  showPage(door, visit, page, { status: 403, languageSwitch });
}

const sentence = (text: string, networks: string | undefined): string[] =>
  networks === undefined || networks === '' ? [] : [fillPlaceholders(text, { networks })];

/** From where this person could set something up; undefined when nobody can say, or from here. */
export async function whereToEnrol(
  door: Door,
  visit: Visit,
  visitor: Visitor,
  attempt: Pick<SsoAttempt, 'id'>,
): Promise<string | undefined> {
  const { idp } = door.parts;
  const owner = await findOwner(idp, visitor, attempt);
  const decision = await decideOwnEnrolment(idp, owner, await ownRecord(idp, owner.person).find());
  if (decision.allowed || decision.elsewhere.length === 0) return undefined;
  return nameNetworks(idp.policy().networks, decision.elsewhere, visit.language);
}
