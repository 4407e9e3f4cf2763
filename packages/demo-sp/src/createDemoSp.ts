import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@gakumon/terms';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { cookieNames, cookieOf, setCookie } from './cookies.ts';
import { chooseLanguage } from './language.ts';
import { loggedInPage, welcomePage } from './pages/homePage.ts';
import { problemPage, refusedPage, statusPage } from './pages/problemPage.ts';
import { createPartner } from './partner.ts';
import { demoSpAcs, demoSpMetadata } from './saml/metadata.ts';
import type { Settings } from './settings.ts';
import { beginLogin, completeLogin, type Demo, readWish, receiveAnswer } from './signOn.ts';
import { createMemory, newSecret } from './state/memory.ts';

const style = readFileSync(join(import.meta.dirname, 'pages/style.css'));

type Handler = (request: Request, response: Response) => Promise<void> | void;

/** The demonstration as an Express application. */
export function createDemoSp(settings: Settings, clock: Clock = Date.now): Express {
  const demo = { settings, memory: createMemory(clock), partner: createPartner(settings, clock), clock };
  const form = express.urlencoded({ extended: false, limit: '1mb' });
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(setSecurityHeaders);
  app.get('/style.css', (_request, response) => void response.type('css').send(style));
  app.get('/metadata', (_request, response) => {
    response.type('application/samlmetadata+xml').send(demoSpMetadata(settings));
  });
  app.get('/', showHome(demo));
  app.get('/login', startLogin(demo));
  app.post(new URL(demoSpAcs(settings.baseUrl)).pathname, form, consumeAnswer(demo));
  app.get('/arrived', finishLogin(demo));
  app.post('/logout', form, endLogin(demo));
  app.use((request: Request, response: Response) => {
    response.status(404).send(problemPage(chooseLanguage(request, settings.baseUrl), 'notFound'));
  });
  app.use(showFault(settings));
  return app;
}

const showHome = ({ settings, memory }: Demo): Handler => {
  const names = cookieNames(settings.baseUrl);
  return (request, response) => {
    const language = chooseLanguage(request, settings.baseUrl);
    if (request.query.lang === language) response.append('set-cookie', setCookie(names.language, language, 31_536_000));
    const login = memory.logins.get(cookieOf(request.headers.cookie, names.login) ?? '');
    response.send(login ? loggedInPage(language, login) : welcomePage(language, request.query.loggedOut === '1'));
  };
};

const startLogin = (demo: Demo): Handler => {
  const { baseUrl } = demo.settings;
  const name = cookieNames(baseUrl).browser;
  return async (request, response) => {
    const browser = cookieOf(request.headers.cookie, name) || newSecret();
    const begun = await beginLogin(demo, browser, readWish(request.query));
    if (begun.kind === 'begun') {
      response.append('set-cookie', setCookie(name, browser)).redirect(303, begun.url);
      return;
    }
    const status = begun.kind === 'idpDown' ? 503 : 400;
    response.status(status).send(problemPage(chooseLanguage(request, baseUrl), begun.kind));
  };
};

const consumeAnswer = (demo: Demo): Handler => {
  const { baseUrl } = demo.settings;
  return async (request, response) => {
    const language = chooseLanguage(request, baseUrl);
    const result = await receiveAnswer(demo, request.body ?? {});
    if (result === 'idpDown') response.status(503).send(problemPage(language, 'idpDown'));
    else if (result.kind === 'refused') response.status(403).send(refusedPage(language, result));
    else if (result.kind === 'status') response.status(403).send(statusPage(language, result.response.status));
    // This request came from another site without our cookies; the next one, by GET, brings them.
    else response.redirect(303, `${baseUrl}/arrived?arrival=${result.arrival}`);
  };
};

const finishLogin = (demo: Demo): Handler => {
  const { baseUrl } = demo.settings;
  const names = cookieNames(baseUrl);
  return (request, response) => {
    const browser = cookieOf(request.headers.cookie, names.browser) ?? '';
    const result = completeLogin(demo, String(request.query.arrival), browser);
    if (result.kind === 'refused') {
      response.status(403).send(refusedPage(chooseLanguage(request, baseUrl), result));
      return;
    }
    if (result.kind === 'completed') response.append('set-cookie', setCookie(names.login, result.token));
    response.redirect(303, result.target);
  };
};

const endLogin = ({ settings, memory }: Demo): Handler => {
  const name = cookieNames(settings.baseUrl).login;
  return (request, response) => {
    const token = cookieOf(request.headers.cookie, name) ?? '';
    const login = memory.logins.get(token);
    if (login === undefined || request.body?.token !== login.formToken) {
      response.redirect(303, '/');
      return;
    }
    memory.logins.delete(token);
    response.append('set-cookie', setCookie(name, '', 0)).redirect(303, '/?loggedOut=1');
  };
};

/** Express tells of a request that it could not read by a `status` on the error; everything else is our defect. */
const showFault =
  (settings: Settings) => (error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const claimed = Number((error as { status?: unknown } | null)?.status);
    const status = claimed >= 400 && claimed < 500 ? claimed : 500;
    if (status === 500) process.stderr.write(`demo-sp: ${Error.isError(error) ? error.stack : error}\n`);
    response.status(status).send(problemPage(chooseLanguage(request, settings.baseUrl), 'internal'));
  };

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
