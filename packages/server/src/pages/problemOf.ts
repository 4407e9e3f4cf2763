import { type ErrorCode, GakumonError, type Language } from '@gakumon/terms';
import { fillPlaceholders, type Message, pageTexts } from '../messages/index.ts';
import type { LoginProblem } from '../views/pageData.ts';
import type { LastTry } from './lastTry.ts';
import { messageOf } from './showError.ts';

/** Refusals after which looking at the fields of the login form helps. */
const aboutFields: ReadonlySet<ErrorCode> = new Set(['credentials-wrong', 'credentials-missing']);

/** Why the last try was refused, in the words of the page that it was made on. */
export function problemOf(refusal: LastTry['refusal'], language: Language): LoginProblem | undefined {
  if (refusal === undefined) return undefined;
  const { code, data, reference } = refusal;
  const { login } = pageTexts[language];
  return {
    message: wordsOf(code, data, language),
    hint: hintOf(data, language),
    reference: reference === undefined ? '' : fillPlaceholders(login.reference, { reference }),
    fields: aboutFields.has(code),
  };
}

type Data = Readonly<Record<string, string | number>>;

/** Where a login begins anew by itself, nobody has to open the service again. */
function wordsOf(code: ErrorCode, data: Data, language: Language): Message {
  return code === 'session-gone'
    ? pageTexts[language].stepUp.timedOut
    : messageOf(new GakumonError(code, { data }), language);
}

function hintOf(data: Data, language: Language): string | undefined {
  const { login, stepUp } = pageTexts[language];
  if (data.mailHint === 1) return login.mailHint;
  return data.remaining === undefined ? undefined : fillPlaceholders(stepUp.totp.countdown, data);
}
