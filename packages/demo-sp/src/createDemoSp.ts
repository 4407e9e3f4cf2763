import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, type Language, languages } from '@gakumon/terms';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { cookieNames, cookieOf, setCookie } from './cookies.ts';
import { loggedInPage, welcomePage } from './pages/homePage.ts';
import { problemPage, refusedPage, statusPage } from './pages/problemPage.ts';
import { createPartner } from './partner.ts';
import { demoSpAcs, demoSpMetadata } from './saml/metadata.ts';
import type { Settings } from './settings.ts';
import { beginLogin, completeLogin, readWish, receiveAnswer } from './signOn.ts';
import { createMemory, newSecret } from './state/memory.ts';

const style = readFileSync(join(import.meta.dirname, 'pages/style.css'));

/** The demonstration as an Express application. */
export function createDemoSp(settings: Settings, clock: Clock = Date.now): Express {
  const memory = createMemory(clock);
  const partner = createPartner(settings, clock);
  const demo = { settings, memory, partner, clock };
  const names = cookieNames(settings.baseUrl);
  const cookie = (request: Request, name: string): string => cookieOf(request.headers.cookie, name) ?? '';
  const languageOf = (request: Request): Language => chooseLanguage(request, cookie(request, names.language));

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(setSecurityHeaders);

  app.get('/style.css', (_request, response) => void response.type('css').send(style));
  app.get('/metadata', (_request, response) => {
    response.type('application/samlmetadata+xml').send(demoSpMetadata(settings));
  });

  app.get('/', (request, response) => {
    const language = languageOf(request);
    if (request.query.lang === language) response.append('set-cookie', setCookie(names.language, language, 31_536_000));
    const login = memory.logins.get(cookie(request, names.login));
    response.send(login ? loggedInPage(language, login) : welcomePage(language, request.query.loggedOut === '1'));
  });

  app.get('/login', async (request, response) => {
    const browser = cookie(request, names.browser) || newSecret();
    const begun = await beginLogin(demo, browser, readWish(request.query));
    if (begun.kind !== 'begun') {
      const page = problemPage(languageOf(request), begun.kind);
      response.status(begun.kind === 'idpDown' ? 503 : 400).send(page);
      return;
    }
    response.append('set-cookie', setCookie(names.browser, browser)).redirect(303, begun.url);
  });

  app.post(
    new URL(demoSpAcs(settings.baseUrl)).pathname,
    express.urlencoded({ extended: false, limit: '1mb' }),
    async (request, response) => {
      const language = languageOf(request);
      const result = await receiveAnswer(demo, request.body ?? {});
      if (result === 'idpDown') response.status(503).send(problemPage(language, 'idpDown'));
      else if (result.kind === 'refused') response.status(403).send(refusedPage(language, result));
      else if (result.kind === 'status') response.status(403).send(statusPage(language, result.response.status));
      // This request came from another site without our cookies; the next one, by GET, brings them.
      else response.redirect(303, `${settings.baseUrl}/arrived?arrival=${result.arrival}`);
    },
  );

  app.get('/arrived', (request, response) => {
    const result = completeLogin(demo, String(request.query.arrival), cookie(request, names.browser));
    if (result.kind === 'refused') {
      response.status(403).send(refusedPage(languageOf(request), result));
      return;
    }
    if (result.kind === 'completed') response.append('set-cookie', setCookie(names.login, result.token));
    response.redirect(303, result.target);
  });

  app.post('/logout', express.urlencoded({ extended: false }), (request, response) => {
    const token = cookie(request, names.login);
    const login = memory.logins.get(token);
    if (login === undefined || request.body?.token !== login.formToken) {
      response.redirect(303, '/');
      return;
    }
    memory.logins.delete(token);
    response.append('set-cookie', setCookie(names.login, '', 0)).redirect(303, '/?loggedOut=1');
  });

  app.use((request: Request, response: Response) => {
    response.status(404).send(problemPage(languageOf(request), 'notFound'));
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const status = Number((error as { status?: unknown } | null)?.status);
    if (!(status >= 400 && status < 500))
      process.stderr.write(`demo-sp: ${Error.isError(error) ? error.stack : error}\n`);
    response.status(status >= 400 && status < 500 ? status : 500).send(problemPage(languageOf(request), 'internal'));
  });
  return app;
}

function setSecurityHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.set({
    'content-security-policy':
      "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'",
    'referrer-policy': 'strict-origin-when-cross-origin',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  next();
}

function chooseLanguage(request: Request, remembered: string): Language {
  const wanted = [request.query.lang, remembered].find((value) => languages.includes(value as Language));
  return (wanted ?? (request.acceptsLanguages([...languages]) || 'ja')) as Language;
}
