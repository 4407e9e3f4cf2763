import type { Door, Visit } from '../door.ts';
import { leavingPolicy } from '../http/headers.ts';
import { pageTexts } from '../messages/index.ts';
import type { Frame, LanguageSwitch, Page } from './pageData.ts';

/** The pages whose path ends at a service provider (law 9). */
const leaving: ReadonlySet<Page['template']> = new Set(['login', 'deliver', 'hop', 'answered']);

/** Sends a page; `no-store`, so that going back asks us again. */
export function showPage(
  door: Door,
  visit: Visit,
  page: Page,
  { status = 200, languageSwitch }: { status?: number; languageSwitch?: LanguageSwitch | undefined } = {},
): void {
  const { request, response } = visit;
  if (leaving.has(page.template)) leavingPolicy(request, response, () => undefined);
  const html = door.render(frameOf(door, visit, languageSwitch), page);
  response
    .status(status)
    .set('Cache-Control', 'no-store')
    .set('Content-Language', page.template === 'error' ? 'ja, en' : visit.language)
    .set('Content-Type', 'text/html; charset=utf-8')
    .set('Content-Length', String(Buffer.byteLength(html)))
    // A string goes out in one piece with the headers; a buffer, which `send` makes of it, does not.
    .end(html);
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
  const query = new URLSearchParams(visit.request.originalUrl.split('?').slice(1).join('?'));
  query.set('language', visit.language === 'ja' ? 'en' : 'ja');
  return { kind: 'link', href: `${visit.request.path}?${query}` };
}
