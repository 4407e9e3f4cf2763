import type { Door, Visit } from '../door.ts';
import { sendAnswer } from '../http/answer.ts';
import type { HeaderList } from '../http/headers.ts';
import { pageTexts } from '../messages/index.ts';
import type { Frame, LanguageSwitch, Page } from './pageData.ts';

/** The pages whose path ends at a service provider (law 9). */
const leaving: ReadonlySet<Page['template']> = new Set(['deliver', 'hop', 'answered']);
const isLeaving = (page: Page): boolean => ('forService' in page ? page.forService : leaving.has(page.template));

const common: HeaderList = ['Cache-Control', 'no-store', 'Content-Type', 'text/html; charset=utf-8'];

/** Sends a page; `no-store`, so that going back asks us again. */
export function showPage(
  door: Door,
  visit: Visit,
  page: Page,
  { status = 200, languageSwitch }: { status?: number; languageSwitch?: LanguageSwitch | undefined } = {},
): void {
  const kind = isLeaving(page) ? 'leaving' : 'own';
  const headers = [...common, 'Content-Language', page.template === 'error' ? 'ja, en' : visit.language];
  const frame = frameOf(door, visit, languageSwitch);
  if (page.template === 'deliver') {
    sendAnswer(door, visit, status, kind, headers, door.renderDelivery(frame, page), 'latin1');
  } else sendAnswer(door, visit, status, kind, headers, door.render(frame, page));
}

function frameOf(door: Door, { language }: Visit, languageSwitch: LanguageSwitch | undefined): Frame {
  const otherLanguage = language === 'ja' ? 'en' : 'ja';
  const { organization, supportUrl } = door.parts.config.idp;
  return {
    version: 1,
    language,
    otherLanguage,
    t: pageTexts[language],
    otherT: pageTexts[otherLanguage],
    organization: organization[language],
    supportUrl,
    assets: door.assets.addresses,
    languageSwitch,
  };
}

/** A link to this very page in the other language. */
export function linkToOtherLanguage(visit: Visit): LanguageSwitch {
  const query = new URLSearchParams(visit.rawQuery);
  query.set('language', visit.language === 'ja' ? 'en' : 'ja');
  return { kind: 'link', href: `${visit.path}?${query}` };
}
