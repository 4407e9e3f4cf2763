import type { Visitor } from '@gakumon/idp';
import type { Door, Visit } from '../door.ts';
import type { LanguageSwitch, LoginPage } from '../views/pageData.ts';
import { showPage } from '../views/showPage.ts';
import { type LastTry, refusalOn } from './lastTry.ts';
import { problemOf } from './problemOf.ts';

/** What one login page has that another one hasn't. */
export type LoginForm = Omit<LoginPage, 'template' | 'username' | 'problem'>;

/** The login page, with what became of the last try. Gives the browser its name when it has none yet. */
export function showLoginForm(
  door: Door,
  visit: Visit,
  visitor: Visitor,
  form: LoginForm,
  lastTry: LastTry | undefined,
  { languageSwitch, status = 200 }: { readonly languageSwitch: LanguageSwitch; readonly status?: number },
): void {
  if (door.cookies.browser(visit.request) === undefined) door.cookies.setBrowser(visit.response, visitor.browser);
  const problem = problemOf(refusalOn(lastTry, 'login'), visit.language);
  const title = problem?.message.title ?? form.title;
  const page = {
    ...form,
    template: 'login',
    title,
    username: problem?.isClosed ? '' : (lastTry?.username ?? ''),
    problem,
  } as const;
  showPage(door, visit, page, { status, languageSwitch });
}
