import {
  type Case,
  type CaseContext,
  caseContextOf,
  continueAddress,
  openCase,
  type PortalAttempt,
  portalCaseContextOf,
  type SsoAttempt,
  sealAttempt,
  type TriedCase,
} from '@gakumon/idp';
import type { NamedNetwork } from '@gakumon/mfa';
import { type ErrorCode, type ErrorRow, errorTable, GakumonError, isGakumonError, type Username } from '@gakumon/terms';
import { type Door, portalPath, type Visit, visitorOf } from '../door.ts';
import { errorMessages, fillPlaceholders, type Message, type PageErrorCode, pageTexts } from '../messages/index.ts';
import type { ErrorPage } from '../views/pageData.ts';
import { showPage } from '../views/showPage.ts';
import { showDay, showTime } from '../views/showTime.ts';
import { nameNetworks } from '../views/whyAsked.ts';

/** After these the login page can be shown again, when it is known which one. */
const repeatable: ReadonlySet<ErrorCode> = new Set([
  'form-foreign',
  'cookies-missing',
  'store-unavailable',
  'directory-unavailable',
  'password-change-unknown',
  'source-unavailable',
  'busy',
  'internal',
]);
/** Nobody needs to look these up, and strangers make thousands of them. */
const withoutCase: ReadonlySet<ErrorCode> = new Set(['page-not-found', 'method-not-allowed']);
/** The same, where nobody has proved anything: an old question is put anew on the page that follows. */
const withoutCaseOfStrangers: ReadonlySet<ErrorCode> = new Set(['passkey-stale']);
/** Refusals in whose log line the help desk looks for whose login it was. */
const aboutAccount: ReadonlySet<ErrorCode> = new Set([
  'credentials-wrong',
  'account-disabled',
  'account-expired',
  'account-left',
  'account-locked',
  'account-not-open',
  'account-throttled',
  'otp-wrong',
  'otp-used',
  'otp-drift',
  'otp-start-again',
  'passkey-wrong',
  'passkey-unknown',
  'passkey-unverified',
  'authenticator-throttled',
  'enrolment-not-allowed',
  'step-up-unreachable',
  'password-current-wrong',
  'password-change-refused',
  'password-change-unknown',
  'access-denied',
]);

/** What is known about the visit that went wrong. */
export type ErrorContext = {
  readonly attempt?: SsoAttempt;
  /** The wish to see pages of ours that it was in. */
  readonly portal?: PortalAttempt;
  readonly tried?: TriedCase | undefined;
  readonly username?: Username | undefined;
};

/** Opens a case for a refusal and logs it; an error that is not ours is logged with its stack. */
export async function recordRefusal(
  door: Door,
  visit: Visit,
  error: unknown,
  context: ErrorContext,
): Promise<Case | undefined> {
  const code = isGakumonError(error) ? error.code : 'internal';
  door.parts.metrics.tally.refused(code);
  const serviceProvider = context.attempt?.request.serviceProvider ?? meantServiceProvider(error);
  const { username } = context;
  const { requestId, address } = visit;
  const isIdle = withoutCase.has(code) || (username === undefined && withoutCaseOfStrangers.has(code));
  const opened = isIdle ? undefined : await openCaseOf(door, visit, error, context);
  const detail = isGakumonError(error) ? error.detail : undefined;
  const whose = aboutAccount.has(code) ? username : undefined;
  const line = { requestId, address, case: opened?.reference, code, detail, serviceProvider, username: whose };
  if (code === 'store-unavailable') door.parts.readiness.refused();
  if (pageCodeOf(error) === 'internal' || code === 'store-unavailable') door.log.failed(line, error);
  else door.log.refused(line);
  return opened;
}

async function openCaseOf(door: Door, visit: Visit, error: unknown, context: ErrorContext): Promise<Case> {
  const { idp } = door.parts;
  const { address } = visit;
  const known = await contextOf(door, visit, error, context);
  if (known === undefined) {
    return openCase(idp, error, {
      serviceProvider: meantServiceProvider(error),
      username: context.username,
      address,
    });
  }
  return openCase(idp, error, { ...known, username: context.username ?? known.username, address });
}

/** @returns undefined outside a login */
async function contextOf(
  door: Door,
  visit: Visit,
  error: unknown,
  { attempt, portal, tried }: ErrorContext,
): Promise<CaseContext | undefined> {
  const { idp } = door.parts;
  if (attempt !== undefined) return caseContextOf(idp, attempt, visitorOf(door, visit), error, tried);
  return portal && portalCaseContextOf(idp, portal, visitorOf(door, visit), error, tried);
}

/** Shows what went wrong, in both languages, with what to do next. The status is the error table's. */
export async function showError(door: Door, visit: Visit, error: unknown, context: ErrorContext = {}): Promise<void> {
  const opened = await recordRefusal(door, visit, error, context);
  if (visit.response.headersSent) {
    visit.response.destroy();
    return;
  }
  const code = pageCodeOf(error);
  const page = await errorPage(door, visit, code, error, { ...context, reference: opened?.reference });
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

/**
 * The text about an error with its placeholders filled.
 * @param networks of the policy, where an error names some of them
 */
export function messageOf(
  error: unknown,
  language: Visit['language'],
  networks: readonly NamedNetwork[] = [],
): Message {
  const { title, text, next } = errorMessages[language][pageCodeOf(error)];
  const data = isGakumonError(error) ? withDays(withPlaces(error.data, networks, language), language) : {};
  return {
    title: fillPlaceholders(title, data),
    text: fillPlaceholders(text, data),
    next: fillPlaceholders(next, data),
  };
}

type ErrorData = GakumonError['data'];

function withPlaces(data: ErrorData, networks: readonly NamedNetwork[], language: Visit['language']): ErrorData {
  if (typeof data.networks !== 'string') return data;
  return { ...data, places: nameNetworks(networks, data.networks.split(' '), language), hasPlaces: 1 };
}

/** An account that opens on a day that nobody told has none to show. */
function withDays(data: ErrorData, language: Visit['language']): ErrorData {
  const { opensAt } = data;
  const date = typeof opensAt === 'number' ? showDay(opensAt, language) : pageTexts[language].account.someDay;
  return { ...data, date };
}

async function errorPage(
  door: Door,
  visit: Visit,
  code: PageErrorCode,
  error: unknown,
  { attempt, reference }: ErrorContext & { readonly reference: string | undefined },
): Promise<ErrorPage> {
  const { language } = visit;
  const { networks } = door.parts.idp.policy();
  const message = messageOf(error, language, networks);
  return {
    template: 'error',
    title: message.title,
    message,
    otherMessage: messageOf(error, language === 'ja' ? 'en' : 'ja', networks),
    reference,
    time: showTime(door.parts.idp.clock(), language),
    attempt: attempt !== undefined && repeatable.has(code) ? trySealing(door, attempt) : undefined,
    againHref: /^\/portal(\/|$)/.test(visit.path) ? portalPath : undefined,
    serviceHref: await serviceHrefOf(door, attempt?.request.serviceProvider ?? meantServiceProvider(error)),
  };
}

function meantServiceProvider(error: unknown): string | undefined {
  const entityId = isGakumonError(error) ? error.data.serviceProvider : undefined;
  return typeof entityId === 'string' ? entityId : undefined;
}

async function serviceHrefOf({ parts: { idp } }: Door, entityId: string | undefined): Promise<string | undefined> {
  const serviceProvider = entityId === undefined ? undefined : await idp.serviceProviders.find(entityId);
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
