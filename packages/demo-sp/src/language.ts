import { type Language, languages } from '@gakumon/terms';
import type { Request } from 'express';
import { cookieNames, cookieOf } from './cookies.ts';

/** The language of a page: what the address says, what was chosen before, what the browser prefers; Japanese otherwise. */
export function chooseLanguage(request: Request, baseUrl: string): Language {
  const remembered = cookieOf(request.headers.cookie, cookieNames(baseUrl).language);
  const wanted = [request.query.lang, remembered].find((value) => languages.includes(value as Language));
  return (wanted ?? (request.acceptsLanguages([...languages]) || 'ja')) as Language;
}
