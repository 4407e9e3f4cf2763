import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fillIn, formTo, pretendBrowser } from './index.ts';

type Answer = (request: IncomingMessage, body: string, response: ServerResponse) => void;

const page = (content: string): string =>
  `<!doctype html><html lang="ja"><title>頁</title><body>${content}</body></html>`;
const routes: Record<string, Answer> = {
  '/set': (_request, _body, response) => {
    response.setHeader('set-cookie', [
      'lax=1; Path=/; SameSite=Lax',
      'strict=1; Path=/; SameSite=Strict',
      'bare=1; Path=/',
      'deep=1; Path=/deep',
      'gone=1; Path=/; Max-Age=0',
      'secure=1; Path=/; Secure',
      '__Host-x=1; Path=/',
    ]);
    response.end(page('set'));
  },
  '/echo': (request, body, response) => {
    response.end(JSON.stringify({ method: request.method, headers: request.headers, body }));
  },
  '/hop': (_request, _body, response) => {
    response.writeHead(303, { location: '/echo', 'set-cookie': 'hop=1; Path=/; SameSite=Lax' }).end();
  },
  '/hop307': (_request, _body, response) => void response.writeHead(307, { location: '/echo' }).end(),
  '/endless': (_request, _body, response) => void response.writeHead(302, { location: '/endless' }).end(),
  '/form': (_request, _body, response) => {
    response.setHeader('referrer-policy', 'strict-origin');
    response.end(
      page(`<h1>ログイン &amp; 確認</h1><script>var hidden = 1;</script><a href="/echo?q=1">進む</a>
      <form method="post" action="/echo" id="f"><input type=hidden name=attempt value="a&amp;b">
      <label>名前<input name=username></label><input name=password type=password>
      <input type=checkbox name=keep value=yes><input type=checkbox name=already checked>
      <select name=s><option value=1>一</option><option value=2 selected>二</option></select><textarea name=t>
行</textarea><input name=off value=x disabled>
      <button name=decision value=accept>送信</button><button name=decision value=decline>やめる</button></form>
      <input name=outside value=o form=f>`),
    );
  },
};

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const answer = routes[new URL(request.url ?? '/', 'http://x').pathname];
    if (answer === undefined) response.writeHead(404).end('none');
    else answer(request, body, response);
  });
});
let here = '';
let elsewhere = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  here = `http://127.0.0.1:${port}`;
  elsewhere = `http://localhost:${port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

describe('cookies', () => {
  test('what a browser keeps, and what it drops', async () => {
    const browser = pretendBrowser();
    const { hops } = await browser.open(`${here}/set`);
    expect(hops[0]?.refusedCookies).toHaveLength(2);
    expect(browser.cookies().map(({ name }) => name)).toEqual(['lax', 'strict', 'bare', 'deep']);
    const echo = JSON.parse((await browser.goTo('/echo')).body);
    expect(echo.headers.cookie).toBe('lax=1; strict=1; bare=1');
  });

  test('a POST from another site brings no Lax cookie; the redirect after it brings it by GET', async () => {
    const browser = pretendBrowser();
    await browser.open(`${here}/set`);
    const posted = await browser.submitFrom(`${elsewhere}/form`, formTo(`${here}/echo`, { a: '1' }));
    expect(JSON.parse(posted.body).headers.cookie).toBeUndefined();
    const hopped = await browser.submitFrom(`${elsewhere}/form`, formTo(`${here}/hop`, { a: '1' }));
    expect(hopped.hops[0]?.requestHeaders.cookie).toBeUndefined();
    expect(JSON.parse(hopped.body).headers.cookie).toBe('lax=1; bare=1; hop=1');
    expect(JSON.parse(hopped.body).method).toBe('GET');
  });

  test('a link from another site brings Lax cookies but no Strict ones', async () => {
    const browser = pretendBrowser();
    await browser.open(`${here}/set`);
    await browser.open(`${elsewhere}/form`);
    const echo = JSON.parse((await browser.goTo(`${here}/echo`)).body);
    expect(echo.headers.cookie).toBe('lax=1; bare=1');
    expect(echo.headers['sec-fetch-site']).toBe('cross-site');
  });
});

describe('headers', () => {
  test('a typed address has no initiator', async () => {
    const { headers } = JSON.parse((await pretendBrowser({ language: 'en' }).open(`${here}/echo`)).body);
    expect(headers).toMatchObject({ 'sec-fetch-site': 'none', 'accept-language': 'en' });
    expect(headers.referer).toBeUndefined();
  });

  test('a cross-site POST has Origin, and a Referer as the policy of its page allows', async () => {
    const browser = pretendBrowser();
    await browser.open(`${here}/form`);
    const { headers } = JSON.parse((await browser.submit(formTo(`${elsewhere}/echo`, {}))).body);
    expect(headers).toMatchObject({ origin: here, referer: `${here}/`, 'sec-fetch-site': 'cross-site' });
  });

  test('a 307 posts again', async () => {
    const browser = pretendBrowser();
    await browser.open(`${here}/form`);
    const echo = JSON.parse((await browser.submit(formTo(`${here}/hop307`, { a: '日本' }))).body);
    expect(echo).toMatchObject({ method: 'POST', body: 'a=%E6%97%A5%E6%9C%AC' });
  });

  test('redirects without end are given up', async () => {
    await expect(pretendBrowser().open(`${here}/endless`)).rejects.toThrow('redirects');
  });
});

describe('pages', () => {
  test('are read as a person reads them', async () => {
    const shown = await pretendBrowser().open(`${here}/form`);
    expect(shown).toMatchObject({ title: '頁', language: 'ja' });
    expect(shown.text).toContain('ログイン & 確認');
    expect(shown.text).not.toContain('hidden');
    expect(shown.select('h1')).toEqual(['ログイン & 確認']);
  });

  test('a form is filled in and sent by one of its buttons', async () => {
    const browser = pretendBrowser();
    const [form] = (await browser.open(`${here}/form`)).forms;
    if (form === undefined) throw new Error('no form');
    const filled = fillIn(form, { username: 's1234567', password: 'p', keep: 'yes' });
    const { body } = JSON.parse((await browser.submit(filled, { button: 'やめる' })).body);
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      attempt: 'a&b',
      username: 's1234567',
      password: 'p',
      already: 'on',
      s: '2',
      t: '行',
      outside: 'o',
      keep: 'yes',
      decision: 'decline',
    });
    expect(() => fillIn(form, { off: '1' })).toThrow('no field off');
  });

  test('Back shows the former page, whose form can be sent again; reload repeats the request', async () => {
    const browser = pretendBrowser();
    await browser.open(`${here}/form`);
    await browser.follow('進む');
    expect(browser.page.url).toBe(`${here}/echo?q=1`);
    expect(browser.back().url).toBe(`${here}/form`);
    await browser.submit(formTo(`${here}/echo`, { a: '1' }));
    expect(JSON.parse((await browser.reload()).body)).toMatchObject({ method: 'POST', body: 'a=1' });
  });
});
