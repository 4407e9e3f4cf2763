import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { escapeMarkup, type PretendSp, pretendSp, type ReadIdp, readIdpMetadata } from '@gakumon/testkit';
import { afterAll } from '@jest/globals';
import type { RunningIdp } from './runningIdp.ts';

/** A service on `localhost`, another site than the IdP's, with pages that a browser can visit. */
export type VisitedService = {
  readonly entityId: string;
  /** Opening it starts a login; `?force` asks for a fresh one. */
  readonly url: string;
  readonly names: { readonly ja: string; readonly en: string };
};

const names = { ja: '例の図書館', en: 'The Example Library' } as const;
const jaDisplayName = 'urn:oid:1.3.6.1.4.1.32264.1.1.3';

const opened: (() => void)[] = [];
afterAll(() => {
  for (const close of opened.splice(0)) close();
});

/** Starts the service and registers it with the IdP. It refuses whatever a careful SP refuses, and says why on its page. */
export async function startVisitedService(idp: RunningIdp): Promise<VisitedService> {
  const known = readIdpMetadata(await idp.metadata());
  const { server, url } = await listen();
  const sp = pretendSp({
    entityId: `${url}/sp`,
    acs: [`${url}/acs`],
    names,
    requestInitiator: `${url}/`,
    newId: () => `_${crypto.randomUUID()}`,
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answer(sp, known, request).then(
      ({ location, html = '' }) => {
        response.setHeader('content-type', 'text/html; charset=utf-8');
        if (location !== undefined) response.writeHead(302, { location });
        response.end(html);
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await idp.register(sp.entityId, sp.metadata());
  return { entityId: sp.entityId, url: `${url}/`, names };
}

async function listen(): Promise<{ server: Server; url: string }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { server, url: `http://localhost:${(server.address() as AddressInfo).port}` };
}

async function answer(
  sp: PretendSp,
  idp: ReadIdp,
  request: IncomingMessage,
): Promise<{ readonly location?: string; readonly html?: string }> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname === '/acs') return { html: welcome(sp, idp, await bodyOf(request)) };
  if (pathname !== '/') return {};
  return { location: sp.redirectTo(idp.redirectSso, { forceAuthn: searchParams.has('force') }).url };
}

/** The page of somebody who arrived; of a refusal, its status. */
function welcome(sp: PretendSp, idp: ReadIdp, body: string): string {
  const samlResponse = new URLSearchParams(body).get('SAMLResponse') ?? '';
  // Which request it answers is not this service's question: the pretend SP's own tests and others ask it.
  const requestId = /InResponseTo="([^"]*)"/.exec(Buffer.from(samlResponse, 'base64').toString('utf8'))?.[1] ?? null;
  const { status, assertion } = sp.read(samlResponse, { ...idp, requestId });
  const shown = assertion === undefined ? (status.second ?? status.code) : assertion.attributes[jaDisplayName]?.join();
  return `<!doctype html><title>Arrived</title><h1>${escapeMarkup(shown ?? 'nobody')}</h1>`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
