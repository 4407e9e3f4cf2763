import { mayWait, type PasswordNeed, type SsoStep, type Visitor } from '@gakumon/idp';
import type { Door, Visit } from '../door.ts';
import { fillPlaceholders, pageTexts } from '../messages/index.ts';
import type { ChangePasswordPage } from '../views/accountPages.ts';
import type { LanguageSwitch } from '../views/pageData.ts';
import { showPage } from '../views/showPage.ts';
import { showEnd } from '../views/showTime.ts';
import { type LastTry, refusalOn } from './lastTry.ts';
import { problemOf } from './problemOf.ts';
import { type Showing, stageOf } from './showStepUp.ts';

/** The page on which somebody changes their password before a login to a service goes on. */
export function showChangePassword(
  door: Door,
  visit: Visit,
  visitor: Visitor,
  step: Extract<SsoStep, { kind: 'changePassword' }>,
  { lastTry, status = 200 }: Showing,
): void {
  const { stage } = stageOf(door, visit, visitor, step, 'change-password');
  const languageSwitch = { kind: 'form', attempt: stage.attempt } as const;
  showChangePasswordForm(door, visit, stage, step.change, lastTry, { status, languageSwitch });
}

/** The same for a service and for pages of ours. */
export function showChangePasswordForm(
  door: Door,
  visit: Visit,
  stage: Pick<ChangePasswordPage, 'forService' | 'toService' | 'action' | 'attempt' | 'csrf'>,
  { username, state, place, rules }: PasswordNeed,
  lastTry: LastTry | undefined,
  { languageSwitch, status = 200 }: { readonly languageSwitch: LanguageSwitch; readonly status?: number },
): void {
  const { language } = visit;
  const { account, stepUp } = pageTexts[language];
  const words = account.password.states[state.kind];
  const problem = problemOf(refusalOn(lastTry, 'changePassword'), language);
  const page: ChangePasswordPage = {
    ...stage,
    template: 'changePassword',
    title: problem?.message.title ?? words.title,
    heading: words.title,
    username,
    account: fillPlaceholders(stepUp.account, { username }),
    problem,
    text: fillPlaceholders(words.text, state.kind === 'expires' ? { date: showEnd(state.at, language) } : {}),
    state: state.kind,
    place,
    rules: rules && fillPlaceholders(account.password.rules, { rules: rules[language] }),
    mayWait: mayWait(state),
  };
  showPage(door, visit, page, { status, languageSwitch });
}
