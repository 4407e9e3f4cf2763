import { type Case, continueAddress, openCase, type SsoAttempt, sealAttempt } from '@gakumon/idp';
import { type ErrorCode, type ErrorRow, errorTable, GakumonError, isGakumonError } from '@gakumon/terms';
import type { Door, Visit } from '../door.ts';
import { errorMessages, fillPlaceholders, type Message, type PageErrorCode } from '../messages/index.ts';
import type { ErrorPage } from '../views/pageData.ts';
import { showPage } from '../views/showPage.ts';

/** After these the login page can be shown again, when it is known which one. */
const repeatable: ReadonlySet<ErrorCode> = new Set([
  'form-foreign',
  'cookies-missing',
  'store-unavailable',
  'busy',
  'internal',
]);
/** Nobody needs to look these up, and strangers make thousands of them. */
const withoutCase: ReadonlySet<ErrorCode> = new Set(['page-not-found', 'method-not-allowed']);

/** What is known about the visit that went wrong. */
export type ErrorContext = { readonly attempt?: SsoAttempt; readonly username?: string };

/** Opens a case for a refusal and logs it; an error that is not ours is logged with its stack. */
export async function recordRefusal(
  door: Door,
  visit: Visit,
  error: unknown,
  context: ErrorContext,
): Promise<Case | undefined> {
  const code = isGakumonError(error) ? error.code : 'internal';
  const serviceProvider = context.attempt?.request.serviceProvider ?? meantServiceProvider(error);
  const { username } = context;
  const opened = withoutCase.has(code)
    ? undefined
    : await openCase(door.parts.idp, error, { serviceProvider, username, address: visit.address });
  const detail = isGakumonError(error) ? error.detail : undefined;
  const line = { requestId: visit.requestId, case: opened?.reference, code, detail, serviceProvider };
  if (pageCodeOf(error) === 'internal' || code === 'store-unavailable') door.log.failed(line, error);
  else door.log.refused(line);
  return opened;
}

/** Shows what went wrong, in both languages, with what to do next. The status is the error table's. */
export async function showError(door: Door, visit: Visit, error: unknown, context: ErrorContext = {}): Promise<void> {
  const opened = await recordRefusal(door, visit, error, context);
  if (visit.response.headersSent) {
    visit.response.destroy();
    return;
  }
  const code = pageCodeOf(error);
  const page = errorPage(door, visit, code, error, { ...context, reference: opened?.reference });
  showPage(door, visit, page, { status: statusOf(code) });
}

/** An error that only operators are told about has no business on a page: for a person it is a defect of ours. */
export function pageCodeOf(error: unknown): PageErrorCode {
  if (!isGakumonError(error) || errorTable[error.code].told === 'operator') return 'internal';
  return error.code as PageErrorCode;
}

/** The HTTP status of a page about an error; 400 for those that are meant for an SP. */
export function statusOf(code: ErrorCode): number {
  const row: ErrorRow = errorTable[code];
  return row.http ?? 400;
}

/** The text about an error with its placeholders filled. */
export function messageOf(error: unknown, language: Visit['language']): Message {
  const { title, text, next } = errorMessages[language][pageCodeOf(error)];
  const data = isGakumonError(error) ? error.data : {};
  return { title, text: fillPlaceholders(text, data), next: fillPlaceholders(next, data) };
}

function errorPage(
  door: Door,
  visit: Visit,
  code: PageErrorCode,
  error: unknown,
  { attempt, reference }: ErrorContext & { readonly reference: string | undefined },
): ErrorPage {
  const { language } = visit;
  const message = messageOf(error, language);
  const now = new Date(door.parts.idp.clock());
  return {
    template: 'error',
    title: message.title,
    message,
    otherMessage: messageOf(error, language === 'ja' ? 'en' : 'ja'),
    reference,
    time: { shown: showTime(now, language), iso: now.toISOString() },
    attempt: attempt !== undefined && repeatable.has(code) ? trySealing(door, attempt) : undefined,
    serviceHref: serviceHrefOf(door, attempt?.request.serviceProvider ?? meantServiceProvider(error)),
  };
}

function showTime(time: Date, language: Visit['language']): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'long' }).format(time);
}

function meantServiceProvider(error: unknown): string | undefined {
  const entityId = isGakumonError(error) ? error.data.serviceProvider : undefined;
  return typeof entityId === 'string' ? entityId : undefined;
}

function serviceHrefOf({ parts: { idp } }: Door, entityId: string | undefined): string | undefined {
  const serviceProvider = entityId === undefined ? undefined : idp.serviceProviders.find(entityId);
  return serviceProvider === undefined ? undefined : continueAddress(idp, serviceProvider);
}

/** An attempt too large to seal is what some errors are about; the page then does without. */
function trySealing({ parts }: Door, attempt: SsoAttempt): string | undefined {
  try {
    return sealAttempt(parts.idp, attempt);
  } catch (error) {
    if (isGakumonError(error)) return undefined;
    throw error;
  }
}

/** For paths that lead nowhere. */
export const pageNotFound = (): never => {
  throw new GakumonError('page-not-found');
};
