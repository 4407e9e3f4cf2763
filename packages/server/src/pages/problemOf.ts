import { type ErrorCode, GakumonError, type Language } from '@gakumon/terms';
import { fillPlaceholders, type Message, pageTexts } from '../messages/index.ts';
import type { LoginProblem, PasswordField } from '../views/pageData.ts';
import type { LastTry } from './lastTry.ts';
import { messageOf } from './showError.ts';

/** Refusals after which looking at the fields of the login form helps. */
const aboutFields: ReadonlySet<ErrorCode> = new Set(['credentials-wrong', 'credentials-missing']);

/** Accounts that let nobody in, whatever is typed. */
const closedAccounts: ReadonlySet<ErrorCode> = new Set([
  'account-disabled',
  'account-expired',
  'account-left',
  'account-not-open',
]);

/** What to type again on the page that changes a password; all fields of it are empty by then. */
const passwordFields: Readonly<Partial<Record<ErrorCode, PasswordField>>> = {
  'password-current-wrong': 'current',
  'password-mismatch': 'again',
  'password-unchanged': 'next',
  'password-too-short': 'next',
  'password-like-name': 'next',
  'password-too-weak': 'next',
  'password-used-before': 'next',
};

/** Why the last try was refused, in the words of the page that it was made on. */
export function problemOf(refusal: LastTry['refusal'], language: Language): LoginProblem | undefined {
  if (refusal === undefined) return undefined;
  const { code, data, reference } = refusal;
  const { login, error } = pageTexts[language];
  const message = wordsOf(code, data, language);
  return {
    message,
    hint: hintOf(data, language),
    reference: reference === undefined ? '' : fillPlaceholders(login.reference, { reference }),
    fields: aboutFields.has(code),
    namesHelpDesk: `${message.text} ${message.next}`.includes(error.helpDesk),
    isClosed: closedAccounts.has(code),
    field: passwordFieldOf(code, data),
  };
}

type Data = Readonly<Record<string, string | number>>;

/** Where a login begins anew by itself, nobody has to open the service again. */
function wordsOf(code: ErrorCode, data: Data, language: Language): Message {
  return code === 'session-gone'
    ? pageTexts[language].stepUp.timedOut
    : messageOf(new GakumonError(code, { data }), language);
}

function passwordFieldOf(code: ErrorCode, { field }: Data): PasswordField | undefined {
  if (code !== 'password-missing') return passwordFields[code];
  return field === 'next' || field === 'again' ? field : 'current';
}

function hintOf(data: Data, language: Language): string | undefined {
  const { login, stepUp } = pageTexts[language];
  if (data.mailHint === 1) return login.mailHint;
  return data.remaining === undefined ? undefined : fillPlaceholders(stepUp.totp.countdown, data);
}
