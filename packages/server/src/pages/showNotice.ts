import type { SsoStep, Visitor } from '@gakumon/idp';
import type { PolicyRule } from '@gakumon/mfa';
import type { Language } from '@gakumon/terms';
import type { Door, Visit } from '../door.ts';
import { fillPlaceholders, pageTexts } from '../messages/index.ts';
import { showPage } from '../views/showPage.ts';
import { showDay } from '../views/showTime.ts';
import type { NoticePage } from '../views/stepUpPages.ts';
import { wordsOfRule } from '../views/whyAsked.ts';
import { showEnrol } from './showEnrol.ts';
import { type Showing, stageOf } from './showStepUp.ts';
import { whereToEnrol } from './showUnreachable.ts';
import { enrolWay } from './stepPurpose.ts';

type NoticeStep = Extract<SsoStep, { kind: 'notice' }>;

/** The page that tells what will be asked for from a day on; or what its "set up now" leads to. */
export async function showNotice(
  door: Door,
  visit: Visit,
  visitor: Visitor,
  step: NoticeStep,
  showing: Showing,
): Promise<void> {
  const { language } = visit;
  const { notice, attempt } = step;
  const { networks, offered } = door.parts.idp.policy();
  const isSettingUp = showing.way === enrolWay || offered.some((kind) => kind === showing.way);
  if (notice.mayEnrol && isSettingUp) return showEnrol(door, visit, visitor, enrolmentOf(door, step), showing);
  const t = pageTexts[language].stepUp;
  const { stage } = stageOf(door, visit, visitor, step, 'notice');
  const elsewhere = notice.mayEnrol ? undefined : await whereToEnrol(door, visit, visitor, attempt);
  const page: NoticePage = {
    ...stage,
    template: 'notice',
    title: t.notice.title,
    account: fillPlaceholders(t.account, { username: notice.username }),
    changes: notice.rules.map((rule) => ({
      from: dayOf(rule, language),
      text: wordsOfRule(rule, t.notice, networks, language),
    })),
    mayEnrol: notice.mayEnrol,
    elsewhere: elsewhere && fillPlaceholders(t.notice.elsewhere, { networks: elsewhere }),
  };
  showPage(door, visit, page, { languageSwitch: { kind: 'form', attempt: stage.attempt } });
}

function enrolmentOf(door: Door, { attempt, serviceProvider, notice }: NoticeStep) {
  const { username, rules, placement } = notice;
  const reason = { contexts: [], rules, placement, elsewhere: [] };
  return { attempt, serviceProvider, username, kinds: door.parts.idp.policy().offered, reason, mayWait: true };
}

function dayOf({ from }: PolicyRule, language: Language): string | undefined {
  if (from === undefined) return undefined;
  return fillPlaceholders(pageTexts[language].stepUp.notice.from, { date: showDay(from, language) });
}
