import type { Visitor } from '@gakumon/idp';
import { type ErrorCode, GakumonError, type Language } from '@gakumon/terms';
import type { Door, Visit } from '../door.ts';
import { fillPlaceholders, pageTexts } from '../messages/index.ts';
import type { LanguageSwitch, LoginPage, LoginProblem } from '../views/pageData.ts';
import { showPage } from '../views/showPage.ts';
import type { LastTry } from './lastTry.ts';
import { messageOf } from './showError.ts';

/** What one login page has that another one hasn't. */
export type LoginForm = Omit<LoginPage, 'template' | 'username' | 'problem'>;

/** Refusals after which looking at the fields helps. */
const aboutFields: ReadonlySet<ErrorCode> = new Set(['credentials-wrong', 'credentials-missing']);

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
  const problem = problemOf(lastTry, visit.language);
  const title = problem?.message.title ?? form.title;
  const page = { ...form, template: 'login', title, username: lastTry?.username ?? '', problem } as const;
  showPage(door, visit, page, { status, languageSwitch });
}

function problemOf(lastTry: LastTry | undefined, language: Language): LoginProblem | undefined {
  if (lastTry?.refusal === undefined) return undefined;
  const { code, data, reference = '' } = lastTry.refusal;
  const t = pageTexts[language].login;
  return {
    message: messageOf(new GakumonError(code, { data }), language),
    hint: data.mailHint === 1 ? t.mailHint : undefined,
    reference: fillPlaceholders(t.reference, { reference }),
    fields: aboutFields.has(code),
  };
}
