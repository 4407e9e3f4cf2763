import { beginPasskey, beginTotp, findOwner, type SsoStep, type StepUpReason, type Visitor } from '@gakumon/idp';
import type { EnrollableKind } from '@gakumon/mfa';
import type { Username } from '@gakumon/terms';
import type { Door, Visit } from '../door.ts';
import { fillPlaceholders, pageTexts } from '../messages/index.ts';
import { showKey } from '../portal/authenticators/showKey.ts';
import { showPage } from '../views/showPage.ts';
import type { EnrolPage, OtherWay } from '../views/stepUpPages.ts';
import { explainWhy } from '../views/whyAsked.ts';
import { refusalOn } from './lastTry.ts';
import { problemOf } from './problemOf.ts';
import { type Showing, stageOf } from './showStepUp.ts';
import { whyContext } from './showStepUpForm.ts';
import { enrolWay } from './stepPurpose.ts';

/** An enrolment in the middle of a login: one that it needs, or one before it does (a notice). */
export type InlineEnrolment = Pick<Extract<SsoStep, { kind: 'enrol' }>, 'attempt' | 'serviceProvider'> & {
  readonly username: Username;
  /** The one to recommend in front. */
  readonly kinds: readonly EnrollableKind[];
  readonly reason: StepUpReason;
  /** Whether the login can be completed without it. */
  readonly mayWait: boolean;
};

/**
 * The page on which somebody sets up what a login needs: first what it shall be, then that.
 * @throws GakumonError what beginning an enrolment throws
 */
export async function showEnrol(
  door: Door,
  visit: Visit,
  visitor: Visitor,
  enrolment: InlineEnrolment,
  { lastTry, way, status = 200 }: Showing,
): Promise<void> {
  const { language } = visit;
  const { username, kinds, reason, mayWait } = enrolment;
  const t = pageTexts[language].stepUp;
  const { service, stage } = stageOf(door, visit, visitor, enrolment, 'enrol');
  const kind = kinds.find((one) => one === way) ?? (kinds.length === 1 ? kinds[0] : undefined);
  const refusal = kind && refusalOn(lastTry, `enrol ${kind}`);
  const problem = problemOf(refusal, language);
  const page: EnrolPage = {
    ...stage,
    template: 'enrol',
    title: problem?.message.title ?? `${t.enrol.title}: ${service}`,
    account: fillPlaceholders(t.account, { username }),
    problem,
    why: explainWhy(reason, whyContext(door, visit, service)),
    choices: kinds.filter((one) => one !== kind).map((one) => viewChoice(one, visit)),
    chosen: kind && (await begin(door, visit, visitor, enrolment, kind)),
    isAnew: refusal?.code === 'totp-begun-anew',
    mayWait,
  };
  const languageSwitch = {
    kind: 'form',
    attempt: stage.attempt,
    way: kind ?? (mayWait ? enrolWay : undefined),
  } as const;
  showPage(door, visit, page, { status, languageSwitch });
}

function viewChoice(kind: EnrollableKind, { language }: Visit): OtherWay {
  const { name, text } = pageTexts[language].stepUp.enrol.kinds[kind];
  return { way: kind, text: name, hint: text };
}

async function begin(
  door: Door,
  visit: Visit,
  visitor: Visitor,
  { attempt, username }: InlineEnrolment,
  kind: EnrollableKind,
): Promise<EnrolPage['chosen']> {
  const { idp } = door.parts;
  const owner = await findOwner(idp, visitor, attempt);
  if (kind === 'webauthn') return { kind, request: await beginPasskey(idp, owner) };
  return { kind, shown: await showKey(await beginTotp(idp, owner), username, visit.language) };
}
