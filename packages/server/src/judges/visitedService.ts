import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { escapeMarkup, pretendSp, readIdpMetadata } from '@gakumon/testkit';
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
  const server = createServer((request, response) => {
    answer(request).then(
      ({ location, html }) => {
        response.writeHead(location === undefined ? 200 : 302, {
          'content-type': 'text/html; charset=utf-8',
          ...(location === undefined ? {} : { location }),
        });
        response.end(html);
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const sp = pretendSp({
    entityId: `${url}/sp`,
    acs: [`${url}/acs`],
    names,
    requestInitiator: `${url}/`,
    newId: newId(),
  });

  const answer = async (request: IncomingMessage): Promise<{ location?: string; html?: string }> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    if (pathname === '/acs') return { html: await welcome(request) };
    if (pathname !== '/') return { html: '' };
    const { id, url: location } = sp.redirectTo(known.redirectSso, { forceAuthn: searchParams.has('force') });
    asked.add(id);
    return { location };
  };
  const asked = new Set<string>();
  const welcome = async (request: IncomingMessage): Promise<string> => {
    const form = new URLSearchParams(await bodyOf(request));
    const samlResponse = form.get('SAMLResponse') ?? '';
    const requestId = /InResponseTo="([^"]*)"/.exec(Buffer.from(samlResponse, 'base64').toString('utf8'))?.[1] ?? null;
    if (requestId === null || !asked.has(requestId)) throw new Error('an answer to nothing that was asked');
    const { status, assertion } = sp.read(samlResponse, { ...known, requestId });
    const text = assertion === undefined ? (status.second ?? status.code) : assertion.attributes[jaDisplayName]?.join();
    return `<!doctype html><title>Arrived</title><h1>${escapeMarkup(text ?? 'nobody')}</h1>`;
  };

  await idp.register(sp.entityId, sp.metadata());
  return { entityId: sp.entityId, url: `${url}/`, names };
}

/** Browsers come more than once, also to a service that was started again: identifiers never repeat. */
const newId = (): (() => string) => () => `_${crypto.randomUUID()}`;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
