import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTestDoor } from '../flows/testDoor.ts';
import { createLog, type RunningServer, startServer } from '../index.ts';

let server: RunningServer;
beforeAll(async () => {
  const door = await openTestDoor();
  const log = createLog({ write: () => undefined });
  server = await startServer(door.parts, { host: '127.0.0.1', port: 0, log });
});
afterAll(() => server.close());

/** Sends octets, and gives everything that comes back until the end. */
async function exchange(octets: string): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('error', () => {});
  socket.write(octets);
  await once(socket, 'close');
  return answer;
}

test.each([
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['two Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
  ['two Hosts in HTTP/1.0', 'GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n', 400],
  ['an expectation that nobody knows', 'GET / HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n\r\n', 417],
  ['headers without end', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
  ['no HTTP', 'hello\r\n\r\n', 400],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx', 400],
  [
    'a length beside chunks',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    400,
  ],
])('attack: %s: the refusal is protected like every other answer', async (_, octets, status) => {
  const answer = await exchange(octets);
  expect(answer.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
  expect(answer.match(/^HTTP\/1\.1 \d/gm)).toHaveLength(1);
  for (const header of [
    /^content-security-policy: default-src 'none';.*frame-ancestors 'none'/im,
    /^x-frame-options: DENY\r$/im,
    /^referrer-policy: /im,
    /^x-content-type-options: nosniff\r$/im,
    /^cache-control: no-store\r$/im,
    /^x-request-id: [\w-]{36}\r$/im,
    /^content-type: text\/html; charset=utf-8\r$/im,
    /^connection: close\r$/im,
  ]) {
    expect(answer).toMatch(header);
  }
  expect(answer).toMatch(/<section lang="ja"><h1>.+<section lang="en"><h1>.+<a href="\/">/);
});

test('a probe in HTTP/1.0 needs no Host', async () => {
  expect(await exchange('GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
});

test('whoever waits to be told to go on is told, or answered', async () => {
  const octets = 'GET /healthz HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n';
  expect(await exchange(octets)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
});
