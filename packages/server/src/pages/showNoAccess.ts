import type { SsoStep, Visitor } from '@gakumon/idp';
import { GakumonError, type Language } from '@gakumon/terms';
import type { Door, Visit } from '../door.ts';
import { fillPlaceholders, pageTexts } from '../messages/index.ts';
import type { NoAccessPage } from '../views/accountPages.ts';
import { showPage } from '../views/showPage.ts';
import { showTime } from '../views/showTime.ts';
import { recordRefusal } from './showError.ts';
import { stageOf } from './showStepUp.ts';

type NoAccess = Extract<SsoStep, { kind: 'noAccess' }>;

/** The page for somebody who may not use the service: why, whom to ask, and the way back. */
export async function showNoAccess(door: Door, visit: Visit, visitor: Visitor, step: NoAccess): Promise<void> {
  const { language } = visit;
  const { attempt, refusal, username } = step;
  const detail = `${refusal.rule}: ${refusal.reason}`;
  const opened = await recordRefusal(door, visit, new GakumonError('access-denied', { detail }), { attempt, username });
  const { service, stage } = stageOf(door, visit, visitor, step, 'unreachable');
  const t = pageTexts[language].account.noAccess;
  const contact = contactIn(refusal.contact, language);
  const page: NoAccessPage = {
    ...stage,
    template: 'noAccess',
    service,
    title: t.title,
    account: fillPlaceholders(t.account, { username }),
    text: refusal.message === undefined ? fillPlaceholders(t.text, { service }) : refusal.message[language],
    whom: contact === undefined ? t.desk : fillPlaceholders(t.contact, { name: contact.name }),
    contact,
    reference: opened?.reference ?? '',
    referenceHint:
      contact === undefined
        ? pageTexts[language].error.referenceHint
        : fillPlaceholders(t.referenceHint, { name: contact.name }),
    time: showTime(door.parts.idp.clock(), language),
  };
  showPage(door, visit, page, { status: 403, languageSwitch: { kind: 'form', attempt: stage.attempt } });
}

function contactIn(contact: NoAccess['refusal']['contact'], language: Language): NoAccessPage['contact'] {
  return contact && { name: contact.name[language], url: contact.url, email: contact.email };
}
