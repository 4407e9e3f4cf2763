import { freePort } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { certificateFor } from '../testing/certificateFor.ts';
import { answerOf, type RawAnswer, startRawServer } from '../testing/rawServer.ts';
import { startProxy } from '../testing/startProxy.ts';
import { fetchOctets } from './fetchDocument.ts';
import { documentFetchLimits, type FetchLimits } from './fetchLimits.ts';
import { statusOf } from './retryAfter.ts';

const host = 'metadata.example.test';
const now = 0;
let tls: { readonly cert: string; readonly key: string };
beforeAll(async () => {
  tls = await certificateFor(`DNS:${host}`);
});

const reasonOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'accepted',
    (reason) => reason,
  );
const refused = (detail: string, hint: string) =>
  expect.objectContaining({
    code: 'metadata-fetch',
    detail: expect.stringContaining(detail),
    hint: expect.stringContaining(hint),
  });
/** How a proxy that answers so is called. */
async function askThrough(scheme: 'http' | 'https', answer: RawAnswer, limits?: Partial<FetchLimits>) {
  const proxy = await startRawServer(answer);
  const url = `${scheme}://${host}/metadata.xml`;
  return reasonOf(fetchOctets({ url, now, proxy: proxy.url, limits: { ...documentFetchLimits, ...limits } }));
}

describe('a proxy', () => {
  test('leads to https by CONNECT, and sees nothing of what is said', async () => {
    const server = await startRawServer(answerOf('<a/>'), tls);
    const proxy = await startProxy(server);
    const url = `https://${host}/metadata.xml`;
    expect(String(await fetchOctets({ url, now, proxy: proxy.url, authorities: [tls.cert] }))).toBe('<a/>');
    expect(proxy.questions).toEqual([expect.stringMatching(/^CONNECT metadata\.example\.test:443 HTTP\/1\.1\r\n/)]);
    expect(proxy.questions[0]).toMatch(/^Host: metadata\.example\.test:443\r$/m);
    expect(server.questions).toEqual([expect.stringMatching(/^GET \/metadata\.xml HTTP\/1\.1\r\n/)]);
    expect(server.questions[0]).toMatch(/^Host: metadata\.example\.test\r$/m);
  });
  test('is told the whole address of http', async () => {
    const server = await startRawServer(answerOf('<a/>'));
    const proxy = await startProxy(server);
    const url = `http://${host}:8080/metadata.xml?a=1`;
    expect(String(await fetchOctets({ url, now, proxy: proxy.url }))).toBe('<a/>');
    expect(proxy.questions[0]).toMatch(/^GET http:\/\/metadata\.example\.test:8080\/metadata\.xml\?a=1 HTTP\/1\.1\r\n/);
    expect(proxy.questions[0]).toMatch(/^Host: metadata\.example\.test:8080\r$/m);
  });
  test.each(['127.0.0.1', 'localhost'])('never leads to this machine itself: %s', async (name) => {
    const server = await startRawServer(answerOf('<a/>'));
    const proxy = await startProxy(server);
    const url = server.url.replace('127.0.0.1', name);
    expect(String(await fetchOctets({ url, now, proxy: proxy.url }))).toBe('<a/>');
    expect(proxy.questions).toEqual([]);
  });
  test('that only the environment names is not used', async () => {
    const server = await startRawServer(answerOf('<a/>'));
    const proxy = await startProxy(server);
    const before = process.env.HTTP_PROXY;
    process.env.HTTP_PROXY = proxy.url;
    try {
      const url = server.url.replace('127.0.0.1', 'nowhere.invalid');
      expect(await reasonOf(fetchOctets({ url, now }))).not.toBe('accepted');
    } finally {
      if (before === undefined) delete process.env.HTTP_PROXY;
      else process.env.HTTP_PROXY = before;
    }
    expect(proxy.questions).toEqual([]);
  });
});

describe.each(['http', 'https'] as const)('a proxy on the way to %s', (scheme) => {
  test('that is not there is named', async () => {
    const proxy = `http://127.0.0.1:${await freePort()}`;
    const reason = await reasonOf(fetchOctets({ url: `${scheme}://${host}/`, now, proxy }));
    expect(reason).toEqual(refused(`through the proxy ${new URL(proxy).host}: the connection was refused`, 'port'));
  });
  test('that wants a password', async () => {
    const answer = answerOf('', { 'Proxy-Authenticate': 'Basic realm="x"' }, 407);
    expect(await askThrough(scheme, answer)).toEqual(
      refused('wants a user and a password (HTTP 407)', 'none are sent'),
    );
  });
  test('attack: that never answers is left in time', async () => {
    const reason = await askThrough(scheme, () => {}, { connect: 50, firstByte: 50 });
    expect(reason).toEqual(refused('within 0.05 s', 'is the server up'));
  });
  test('attack: that answers without an end', async () => {
    const endless: RawAnswer = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const more = (): void => void (socket.writable && socket.write(`X: ${'y'.repeat(60_000)}\r\n`, more));
      more();
    };
    expect(await askThrough(scheme, endless)).toMatchObject({ detail: expect.stringContaining('too large') });
  });
  test('that hangs up, or speaks something else', async () => {
    expect(await askThrough(scheme, '')).toMatchObject({ code: 'metadata-fetch' });
    expect(await askThrough(scheme, 'SSH-2.0-x\r\n')).toEqual(refused('breaks the rules', 'port'));
  });
});

describe('a tunnel', () => {
  test.each([403, 404, 502])('that is refused with %s says nothing of the document', async (status) => {
    const reason = await askThrough('https', answerOf('', {}, status));
    expect(reason).toEqual(refused(`the proxy does not lead there (HTTP ${status})`, 'metadata.proxy'));
    expect(statusOf(reason)).toBeUndefined();
  });
  test('attack: words of the proxy in front of the tunnel are no answer of the server', async () => {
    const answer = 'HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<a/>';
    expect(await askThrough('https', answer)).toMatchObject({
      detail: expect.stringContaining('more than it was asked'),
    });
  });
  test('attack: a proxy that answers in place of the server', async () => {
    const server = await startRawServer(answerOf('<a/>'), await certificateFor(`DNS:${host}`));
    const proxy = await startProxy(server);
    const url = `https://${host}/metadata.xml`;
    const asked = fetchOctets({ url, now, proxy: proxy.url, authorities: [tls.cert] });
    expect(await reasonOf(asked)).toMatchObject({ detail: expect.stringContaining('self-signed') });
    expect(server.questions).toEqual([]);
  });
  test('attack: a tunnel without TLS behind it that stays silent is left in time', async () => {
    const silent: RawAnswer = (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n');
    expect(await askThrough('https', silent, { connect: 50 })).toEqual(refused('no connection within 0.05 s', 'proxy'));
  });
});
