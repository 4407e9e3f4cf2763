import { findSession } from '@gakumon/idp';
import type { Door, Visit } from '../door.ts';
import { parseLanguage } from '../http/language.ts';
import { pageTexts } from '../messages/index.ts';
import { listServices } from '../views/serviceViews.ts';
import { linkToOtherLanguage, showPage } from '../views/showPage.ts';

/** The visit in the language that its address asks for (`?language=en`), which is remembered. */
export function inAskedLanguage(door: Door, visit: Visit): Visit {
  const language = parseLanguage(queryOf(visit).get('language') ?? undefined);
  if (language === undefined) return visit;
  door.cookies.setLanguage(visit.response, language);
  return { ...visit, language };
}

/** The front page: which services there are, and where each starts. */
export async function showFront(door: Door, asked: Visit): Promise<void> {
  const visit = inAskedLanguage(door, asked);
  const { title } = pageTexts[visit.language].front;
  const token = door.cookies.session(visit.request);
  const signedIn = token !== undefined && (await findSession(door.parts.idp, token)) !== undefined;
  const page = { template: 'front', title, signedIn, list: await listFor(door, visit) } as const;
  showPage(door, visit, page, { languageSwitch: linkToOtherLanguage(visit) });
}

/** Somebody bookmarked the login page, or typed its address: a login always belongs to a service. */
export async function showBookmark(door: Door, asked: Visit): Promise<void> {
  const visit = inAskedLanguage(door, asked);
  const { title } = pageTexts[visit.language].bookmark;
  const page = { template: 'bookmark', title, list: await listFor(door, visit) } as const;
  showPage(door, visit, page, { languageSwitch: linkToOtherLanguage(visit) });
}

function listFor(door: Door, visit: Visit) {
  const query = (queryOf(visit).get('q') ?? '').slice(0, 100);
  return listServices({ idp: door.parts.idp, catalogue: door.catalogue() }, visit.language, query, visit.path);
}

const queryOf = (visit: Visit): URLSearchParams => new URLSearchParams(visit.rawQuery);
