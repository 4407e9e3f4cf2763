import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWith } from '../programs.ts';
import { chromiumPrograms, expectAccessible, openBrowser } from './chromium.ts';

const good = (cookies: string) =>
  `<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1><p id="c">${cookies}</p></main></html>`;
const bad = '<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1><input></main></html>';

describeWith(chromiumPrograms, 'Chromium', () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.setHeader('content-security-policy', "default-src 'none'");
      response.setHeader('set-cookie', 'seen=1; Path=/');
      response.end(
        request.url === '/bad' ? bad : good(`${request.headers.cookie} ${request.headers['accept-language']}`),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  test('speaks the language that was asked for, and keeps cookies', async () => {
    const page = await openBrowser({ language: 'ja', size: 'phone' });
    await page.goto(url);
    await page.reload();
    expect(await page.textContent('#c')).toMatch(/seen=1 ja-JP/);
    expect(page.viewportSize()).toEqual({ width: 390, height: 844 });
  });

  test('keeps no cookie when they are blocked', async () => {
    const page = await openBrowser({ language: 'en', size: 'desktop', cookies: false });
    await page.goto(url);
    await page.reload();
    expect(await page.textContent('#c')).toMatch(/undefined en-US/);
  });

  test('lets axe judge a page in spite of its Content-Security-Policy', async () => {
    const page = await openBrowser({ language: 'en', size: 'desktop' });
    await page.goto(url);
    await expectAccessible(page);
    await page.goto(`${url}/bad`);
    await expect(expectAccessible(page)).rejects.toThrow(/label: .*\n.*<input>/);
  });
});
