import type { BrowserId, SessionToken } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { createCookies, readCookie } from './cookies.ts';

const token = 'abcdefghijklmnopqrstuvwxyz0123456789_-ABCDE' as SessionToken;

/** What a browser would get, and what we read of the cookies that it sends. */
function appWith(baseUrl: string) {
  const cookies = createCookies(baseUrl);
  const app = express();
  app.get('/set', (_request, response) => {
    cookies.setSession(response, token);
    cookies.setBrowser(response, token as string as BrowserId);
    cookies.setLanguage(response, 'en');
    cookies.setKnownBrowser(response, token);
    response.end();
  });
  app.get('/clear', (_request, response) => {
    cookies.clearSession(response);
    response.end();
  });
  app.get('/read', (incoming, response) => {
    response.json([cookies.session(incoming) ?? null, cookies.language(incoming) ?? null]);
  });
  return app;
}

const setCookies = async (baseUrl: string, path: string): Promise<string[]> => {
  const answer = await request(appWith(baseUrl)).get(path);
  return answer.headers['set-cookie'] as unknown as string[];
};

describe('cookies (law 9)', () => {
  test('on https every cookie is __Host-, Secure, HttpOnly and Lax', async () => {
    const set = await setCookies('https://idp.example.ac.jp', '/set');
    expect(set).toHaveLength(4);
    for (const cookie of set) {
      expect(cookie).toMatch(/^__Host-gakumon-/);
      expect(cookie).toMatch(/; Path=\/(;|$)/);
      expect(cookie).toMatch(/; HttpOnly/);
      expect(cookie).toMatch(/; Secure/);
      expect(cookie).toMatch(/; SameSite=Lax/);
      expect(cookie).not.toMatch(/Domain/i);
    }
  });

  test('what opens or continues anything ends with the browser; what it is known by again stays', async () => {
    const [session, browser, language, known] = await setCookies('https://idp.example.ac.jp', '/set');
    expect(session).not.toMatch(/Max-Age|Expires/);
    expect(browser).not.toMatch(/Max-Age|Expires/);
    expect(known).toMatch(/gakumon-known=.*Max-Age=34560000/);
    expect(language).toMatch(/Max-Age=31536000/);
  });

  test.each(['http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]:8080'])(
    'on %s they drop the prefix and Secure, since browsers would keep none',
    async (baseUrl) => {
      for (const cookie of await setCookies(baseUrl, '/set')) {
        expect(cookie).toMatch(/^gakumon-/);
        expect(cookie).not.toMatch(/Secure/);
        expect(cookie).toMatch(/HttpOnly.*SameSite=Lax/);
      }
    },
  );

  test.each([
    'http://idp.example.ac.jp',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'ftp://localhost',
  ])('%s is refused at start', (baseUrl) => {
    expect(() => createCookies(baseUrl)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });

  test('a cookie is cleared with the attributes that it was set with', async () => {
    const [cleared] = await setCookies('https://idp.example.ac.jp', '/clear');
    expect(cleared).toMatch(
      /^__Host-gakumon-session=; Path=\/; Expires=Thu, 01 Jan 1970.*HttpOnly; Secure; SameSite=Lax/,
    );
  });

  test('a session planted under the plain name by a neighbouring host is not read on https', async () => {
    const answer = await request(appWith('https://idp.example.ac.jp'))
      .get('/read')
      .set('Cookie', `gakumon-session=${token}`);
    expect(answer.body).toEqual([null, null]);
  });

  test.each(['short', `${'x'.repeat(200)}`, `${token}%00`, `"${token}"`])(
    'a value we never wrote (%s) is no session',
    async (value) => {
      const answer = await request(appWith('https://idp.example.ac.jp'))
        .get('/read')
        .set('Cookie', `__Host-gakumon-session=${value}; __Host-gakumon-language=fr`);
      expect(answer.body).toEqual([null, null]);
    },
  );

  test('our own values come back', async () => {
    const answer = await request(appWith('https://idp.example.ac.jp'))
      .get('/read')
      .set('Cookie', `a=b; __Host-gakumon-session=${token}; __Host-gakumon-language=ja`);
    expect(answer.body).toEqual([token, 'ja']);
  });

  test('a name is matched whole', () => {
    expect(readCookie('xa=1; a=2', 'a')).toBe('2');
    expect(readCookie('ab=1', 'a')).toBeUndefined();
    expect(readCookie(undefined, 'a')).toBeUndefined();
  });
});
