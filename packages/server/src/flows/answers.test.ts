import { pretendBrowser } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { createApp, createLog } from '../index.ts';
import { logIn, openTestDoor, type TestDoor } from './testDoor.ts';

let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor();
});

const silent = createLog({ write: () => undefined });
/** The same parts behind another base URL, as a proxy with TLS would reach them. */
const behindTls = () => {
  const { config } = door.parts;
  const idp = { ...config.idp, baseUrl: 'https://idp.example.ac.jp' };
  const listen = { ...config.listen, trustedProxies: ['127.0.0.0/8'] };
  return createApp({ ...door.parts, config: { idp, listen } }, { log: silent });
};

describe('headers (law 9)', () => {
  test.each(['/', '/idp/login', '/nowhere', '/idp/profile/Logout'])(
    '%s: no framing, no caching, our own files only',
    async (path) => {
      const { headers } = await request(behindTls()).get(path);
      expect(headers['content-security-policy']).toBe(
        "default-src 'none';style-src 'self';script-src 'self';img-src 'self' data:;base-uri 'none';frame-ancestors 'none';form-action 'self'",
      );
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-frame-options']).toBe('DENY');
      expect(headers['referrer-policy']).toBe('strict-origin-when-cross-origin');
      expect(headers['strict-transport-security']).toBe('max-age=31536000');
      expect(headers['cross-origin-opener-policy']).toBeUndefined();
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers.etag).toBeUndefined();
    },
  );

  test('a path that ends at an SP has no form-action, since browsers enforce it on redirects', async () => {
    const browser = pretendBrowser();
    const login = await browser.open(door.ask());
    const deliver = await logIn(browser);
    for (const page of [login, deliver]) {
      expect(page.headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(page.headers['content-security-policy']).not.toMatch(/form-action|unsafe/);
      expect(page.headers['cache-control']).toBe('no-store');
    }
  });

  test('on http at loopback there is no HSTS, which would lock out every other program on localhost', async () => {
    const page = await pretendBrowser().open(`${door.baseUrl}/`);
    expect(page.headers['strict-transport-security']).toBeUndefined();
  });

  test('http beyond loopback is refused at start', () => {
    const { config } = door.parts;
    const idp = { ...config.idp, baseUrl: 'http://idp.example.ac.jp' };
    expect(() => createApp({ ...door.parts, config: { ...config, idp } })).toThrow(
      expect.objectContaining({ code: 'config-invalid' }),
    );
  });

  test('no page asks a third party for anything, and none has a script of its own in it', async () => {
    const browser = pretendBrowser();
    const pages = [await browser.open(`${door.baseUrl}/`), await browser.open(door.ask()), await logIn(browser)];
    for (const page of pages) {
      const loaded = [...page.attributes('[src]', 'src'), ...page.attributes('link', 'href')];
      expect(loaded.filter((address) => !address.startsWith('/assets/'))).toEqual([]);
      expect(page.select('script').join('')).toBe('');
      expect(page.body).not.toMatch(/ style=| on\w+=/);
    }
  });
});

describe('addresses and request ids behind a trusted proxy', () => {
  test('are believed', async () => {
    const lines: Record<string, unknown>[] = [];
    const { config } = door.parts;
    const listen = { ...config.listen, trustedProxies: ['127.0.0.0/8', '::1'] };
    const log = createLog({ write: (line) => void lines.push(JSON.parse(line)) });
    const app = createApp({ ...door.parts, config: { ...config, listen } }, { log });
    const answer = await request(app)
      .get('/')
      .set('X-Forwarded-For', '10.9.9.9, 203.0.113.9')
      .set('X-Request-Id', 'from-the-proxy-1');
    expect(answer.headers['x-request-id']).toBe('from-the-proxy-1');
    expect(lines).toContainEqual(
      expect.objectContaining({ address: '203.0.113.9', requestId: 'from-the-proxy-1', path: '/' }),
    );
  });
});

describe('answers for machines', () => {
  test('our metadata has its own media type', async () => {
    const answer = await fetch(`${door.baseUrl}/idp/shibboleth`);
    expect(answer.headers.get('content-type')).toBe('application/samlmetadata+xml');
    expect(await answer.text()).toContain(`entityID="${door.entityId}"`);
  });

  test('alive and ready', async () => {
    expect(await (await fetch(`${door.baseUrl}/healthz`)).text()).toBe('ok\n');
    const ready = await fetch(`${door.baseUrl}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([200, 'ready\n']);
  });

  test('our files may be kept for ever, under an address that changes with them', async () => {
    const page = await pretendBrowser().open(`${door.baseUrl}/`);
    const [, ...addresses] = page.attributes('link', 'href');
    for (const address of addresses) {
      expect(address).toMatch(/^\/assets\/[0-9a-f]{16}\/[a-z]+\.css$/);
      const answer = await fetch(`${door.baseUrl}${address}`, { headers: { 'accept-encoding': 'gzip' } });
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(answer.headers.get('content-encoding')).toBe('gzip');
      expect(answer.headers.get('content-type')).toBe('text/css; charset=utf-8');
      const plain = await fetch(`${door.baseUrl}${address}`, { headers: { 'accept-encoding': 'identity' } });
      expect(plain.headers.get('content-encoding')).toBeNull();
      expect(await plain.text()).toBe(await answer.text());
    }
  });

  test.each([
    '/assets/0000000000000000/style.css',
    '/assets/..%2f..%2fpackage.json/style.css',
    '/assets/x/..%2fdoor.ts',
  ])('no file beyond them is given: %s', async (path) => {
    expect((await fetch(`${door.baseUrl}${path}`)).status).toBe(404);
  });
});

describe('addresses that lead nowhere', () => {
  test.each([
    ['GET', '/nowhere', 404],
    ['GET', '/%ff', 404],
    ['GET', '/idp/profile/SAML2/SOAP/ECP', 404],
    ['POST', '/idp/profile/SAML2/POST-SimpleSign/SSO', 404],
    ['GET', '/IDP/login', 404],
    ['DELETE', '/', 405],
    ['GET', '/idp/profile/SAML2/POST/SSO', 405],
    ['POST', '/idp/profile/SAML2/Redirect/SSO', 405],
    ['GET', '/idp/profile/Shibboleth/SSO?shire=x&target=y', 410],
    ['POST', '/idp/profile/SAML1/SOAP/AttributeQuery', 410],
  ])('%s %s is a page that says so: %i', async (method, path, status) => {
    const answer = await fetch(`${door.baseUrl}${path}`, { method, headers: { 'accept-language': 'en' } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await answer.text()).toMatch(/<h1>.*<\/h1>/);
    if (status === 405) expect(answer.headers.get('allow')).toMatch(/GET|POST/);
  });
});

test('a defect of ours is a page with a reference; the log has the stack under it, the page nothing', async () => {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ write: (line) => void lines.push(JSON.parse(line)) });
  const publishMetadata = (): Promise<string> => Promise.reject(new TypeError('Cannot read properties of undefined'));
  const answer = await request(createApp({ ...door.parts, publishMetadata }, { log }))
    .get('/idp/shibboleth')
    .set('Accept-Language', 'en');
  expect(answer.status).toBe(500);
  expect(answer.text).not.toMatch(/Cannot read|TypeError|\.ts:/);
  const [, reference] = /<strong>(\w{4}-\w{2})<\/strong>/.exec(answer.text) ?? [];
  expect(lines).toContainEqual(
    expect.objectContaining({
      case: reference,
      code: 'internal',
      err: expect.objectContaining({ stack: expect.stringContaining('TypeError: Cannot read') }),
    }),
  );
});
