import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { freePort, temporaryFolder } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { answerOf, startRawServer } from '../testing/rawServer.ts';
import { fetchDocument } from './fetchDocument.ts';
import { documentFetchLimits, type FetchLimits } from './fetchLimits.ts';
import type { DocumentQuestion } from './openDocument.ts';
import { retryAfterOf, statusOf } from './retryAfter.ts';

const xml = `<?xml version="1.0"?>\n<md:EntitiesDescriptor>${'学認 '.repeat(5000)}</md:EntitiesDescriptor>`;
const now = Date.parse('2024-04-08T09:00:00Z');
const refused = (detail: RegExp | string) =>
  expect.objectContaining({
    code: 'metadata-fetch',
    detail: typeof detail === 'string' ? expect.stringContaining(detail) : expect.stringMatching(detail),
  });

let file: string;
beforeEach(async () => {
  file = join(await temporaryFolder(), 'document');
});

const get = (url: string, options: Partial<DocumentQuestion> & { limit?: Partial<FetchLimits> } = {}) =>
  fetchDocument({ url, file, now, ...options, limits: { ...documentFetchLimits, ...options.limit } });

/** Whatever is refused leaves nothing behind. */
async function refusalOf(url: string, options: Parameters<typeof get>[1] = {}): Promise<unknown> {
  const error: unknown = await get(url, options).then(
    () => 'accepted',
    (reason) => reason,
  );
  expect(existsSync(file)).toBe(false);
  return error;
}

describe('a document', () => {
  test('is written as it came, with its hash, its size and what to ask with next time', async () => {
    const validators = { ETag: 'W/"a1"', 'Last-Modified': 'Mon, 08 Apr 2024 08:00:00 GMT' };
    const server = await startRawServer(answerOf(xml, validators));
    const progress: unknown[] = [];
    const onProgress = (octets: number, total: number | undefined): unknown => progress.push([octets, total]);
    const size = Buffer.byteLength(xml);
    expect(await get(server.url, { onProgress })).toEqual({
      kind: 'fetched',
      size,
      sha256: createHash('sha256').update(xml).digest('hex'),
      validators: { etag: 'W/"a1"', lastModified: 'Mon, 08 Apr 2024 08:00:00 GMT' },
    });
    expect(await readFile(file, 'utf8')).toBe(xml);
    expect(progress.at(-1)).toEqual([size, size]);
    const [question] = server.questions;
    expect(question).toMatch(/^GET \/metadata\.xml HTTP\/1\.1\r\n/);
    expect(question).toMatch(/^Accept: application\/samlmetadata\+xml, application\/xml;q=/im);
    expect(question).toMatch(/^Accept-Encoding: gzip\r$/im);
    expect(question).toMatch(/^User-Agent: gakumon\r$/im);
    expect(question).not.toMatch(/^If-/im);
  });

  test('may be packed with gzip by HTTP, and of no stated length', async () => {
    const packed = gzipSync(xml);
    const server = await startRawServer(answerOf(packed, { 'Content-Encoding': 'gzip' }));
    expect(await get(server.url)).toMatchObject({ kind: 'fetched', size: Buffer.byteLength(xml) });
    expect(await readFile(file, 'utf8')).toBe(xml);
    const chunked = await startRawServer(
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<a/>\r\n1\r\n\n\r\n0\r\n\r\n`,
    );
    file += '2';
    expect(await get(chunked.url)).toMatchObject({ kind: 'fetched', size: 5 });
  });

  test('that did not change is not sent again', async () => {
    const server = await startRawServer('HTTP/1.1 304 Not Modified\r\n\r\n');
    const validators = { etag: '"a1"', lastModified: 'Mon, 08 Apr 2024 08:00:00 GMT' };
    expect(await get(server.url, { validators })).toEqual({ kind: 'unchanged' });
    expect(existsSync(file)).toBe(false);
    expect(server.questions[0]).toMatch(/^If-None-Match: "a1"\r$/im);
    expect(server.questions[0]).toMatch(/^If-Modified-Since: Mon, 08 Apr 2024 08:00:00 GMT\r$/im);
  });

  test('attack: validators that would write into the head of the next question are dropped', async () => {
    const server = await startRawServer(answerOf('<a/>', { ETag: 'naked', 'Last-Modified': 'x'.repeat(300) }));
    const validators = { etag: '"a"\r\nX: y', lastModified: 'now\r\nHost: other' };
    expect(await get(server.url, { validators })).toMatchObject({ kind: 'fetched', validators: {} });
    expect(server.questions[0]).not.toMatch(/^(?:If-|X:)|other/im);
  });

  test('never overwrites a file', async () => {
    const server = await startRawServer(answerOf('<a/>'));
    await get(server.url);
    await expect(get(server.url)).rejects.toMatchObject({ code: 'file-unreadable' });
    expect(await readFile(file, 'utf8')).toBe('<a/>');
  });
});

describe('a server that answers something else is refused by name', () => {
  test.each([
    [
      'a redirect',
      'HTTP/1.1 302 Found\r\nLocation: /new?a=1\r\n\r\n',
      /redirects to "http:\/\/127[^"]+\/new\?a=1".*HTTP 302/,
    ],
    ['a redirect that leads nowhere', 'HTTP/1.1 308 X\r\n\r\n', 'redirects nowhere'],
    ['a part (206)', answerOf(xml, { 'Content-Range': 'bytes 0-99/1000' }, 206), 'a part only'],
    ['nothing (204)', 'HTTP/1.1 204 No Content\r\n\r\n', 'the answer is empty'],
    ['200 with nothing', answerOf(''), 'the answer is empty'],
    ['304 without a condition', 'HTTP/1.1 304 X\r\n\r\n', 'though nothing was said to be known'],
    ['401', answerOf('no', {}, 401), 'lets nobody in'],
    ['404', answerOf('no', {}, 404), 'there is nothing there (HTTP 404)'],
    ['500', answerOf('oops', {}, 500), 'trouble of its own (HTTP 500)'],
    ['another protocol (101)', 'HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n', 'another protocol'],
    ['an HTML page by its type', answerOf(xml, { 'Content-Type': 'Text/HTML; charset=utf-8' }), 'an HTML page'],
    ['an HTML page by its beginning', answerOf('\ufeff\n<!-- x -->\n<!DOCTYPE html><p>Login'), 'an HTML page'],
    ['an HTML page behind gzip', answerOf(gzipSync('<HTML>'), { 'Content-Encoding': 'gzip' }), 'an HTML page'],
    ['a packed file without Content-Encoding', answerOf(gzipSync(xml)), 'a gzip file'],
    ['a zip file', answerOf('PK\x03\x04aaaa'), 'a zip file'],
    [
      'a body that is shorter than it says',
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<a/>',
      'the connection ended before',
    ],
    [
      'chunks that stop',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n<a/>',
      'the connection ended before',
    ],
    [
      'a body that is longer than it says',
      'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\n<a/><evil/>',
      'more came than Content-Length says',
    ],
    [
      'two lengths',
      'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n<a/>',
      'breaks the rules of HTTP',
    ],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<a/>\r\n0\r\n\r\n',
      'breaks the rules of HTTP',
    ],
    ['no HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n', 'breaks the rules of HTTP'],
    ['nothing but the end', '', 'the connection ended'],
    ['a head without end', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(40_000)}`, 'the header of the answer is too large'],
    [
      'two encodings',
      answerOf(gzipSync(gzipSync(xml)), { 'Content-Encoding': 'gzip, gzip' }),
      '"gzip, gzip" was not asked',
    ],
    ['an encoding nobody asked for', answerOf('xx', { 'Content-Encoding': 'br' }), '"br" was not asked for'],
    ['gzip that is none', answerOf(xml, { 'Content-Encoding': 'gzip' }), 'is not gzip'],
    [
      'gzip that stops',
      answerOf(gzipSync(xml).subarray(0, 90), { 'Content-Encoding': 'gzip' }),
      'the gzip ended before',
    ],
  ])('%s', async (_name, answer, detail) => {
    const server = await startRawServer(answer);
    expect(await refusalOf(server.url)).toEqual(refused(detail));
    expect(server.questions).toHaveLength(1);
  });

  test('a redirect says what to put into the configuration', async () => {
    const server = await startRawServer('HTTP/1.1 301 X\r\nLocation: https://new.example.org/m.xml\r\n\r\n');
    expect(await refusalOf(server.url)).toMatchObject({
      hint: expect.stringMatching(/put "https:\/\/new\.example\.org\/m\.xml" into the configuration/),
      data: { status: 301 },
    });
  });

  test.each([
    ['120', 120_000],
    ['Mon, 08 Apr 2024 09:10:00 GMT', 600_000],
    ['Mon, 08 Apr 2024 08:10:00 GMT', 0],
    ['99999999999', 86_400_000],
    ['never', undefined],
    ['-5', undefined],
  ])('a server that asks to be left alone (Retry-After: %s) is understood', async (header, expected) => {
    const server = await startRawServer(answerOf('', { 'Retry-After': header }, 503));
    const error = await refusalOf(server.url);
    expect([statusOf(error), retryAfterOf(error)]).toEqual([503, expected]);
  });
});

describe('attack: a server that costs more than the limits say is cut', () => {
  test('one that claims more than is allowed is not even read', async () => {
    const server = await startRawServer(answerOf(xml));
    expect(await refusalOf(server.url, { limit: { wire: 1000 } })).toEqual(
      refused('more than the 1000 that are allowed'),
    );
  });

  test('one that sends without end', async () => {
    const server = await startRawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const pour = (): void => {
        while (socket.writable && socket.write('<a>'.repeat(10_000)));
      };
      socket.on('drain', pour);
      pour();
    });
    expect(await refusalOf(server.url, { limit: { wire: 2_000_000 } })).toEqual(
      refused('2000000 octets that are allowed came'),
    );
  });

  test('a gzip bomb: a thousand times its size, unpacked no further than allowed', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, '<a>'));
    const server = await startRawServer(answerOf(bomb, { 'Content-Encoding': 'gzip' }));
    const seen: number[] = [];
    const error = await refusalOf(server.url, {
      limit: { decoded: 1_000_000 },
      onProgress: (octets) => seen.push(octets),
    });
    expect(error).toEqual(refused('unpacked, the document has more than the 1000000 octets'));
    expect(seen.at(-1)).toBeLessThanOrEqual(bomb.length);
  });

  test('a gzip bomb of many members', async () => {
    const member = gzipSync(Buffer.alloc(500_000, '<a>'));
    const server = await startRawServer(
      answerOf(Buffer.concat(Array.from({ length: 20 }, () => member)), { 'Content-Encoding': 'gzip' }),
    );
    expect(await refusalOf(server.url, { limit: { decoded: 1_000_000 } })).toEqual(refused('unpacked'));
  });

  test('one that accepts and never answers', async () => {
    const server = await startRawServer(() => {});
    expect(await refusalOf(server.url, { limit: { firstByte: 50 } })).toEqual(refused('no answer within 0.05 s'));
  });

  test('one that only says "go on" (100) for ever', async () => {
    const server = await startRawServer((socket) => {
      const timer = setInterval(() => socket.write('HTTP/1.1 100 Continue\r\n\r\n'), 5);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await refusalOf(server.url, { limit: { firstByte: 60 } })).toEqual(refused('no answer within'));
  });

  test('one that begins and then falls silent', async () => {
    const server = await startRawServer((socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n<a>'));
    expect(await refusalOf(server.url, { limit: { idle: 50 } })).toEqual(refused('the answer stalled'));
  });

  test('one that drips an octet at a time', async () => {
    const server = await startRawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n<a>');
      const timer = setInterval(() => socket.write('x'), 5);
      socket.on('close', () => clearInterval(timer));
    });
    const slow = { idle: 80, leastPiece: 1024 };
    expect(await refusalOf(server.url, { limit: slow })).toEqual(refused('less than 1024 octets came within 0.08 s'));
  });

  test('one that is never quite too slow, but never ends', async () => {
    const server = await startRawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n<a>');
      const timer = setInterval(() => socket.write('x'), 5);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await refusalOf(server.url, { limit: { leastPiece: 1, whole: 80 } })).toEqual(
      refused('not finished within 0.08 s'),
    );
  });

  test('and whoever asks can stop at any time', async () => {
    const server = await startRawServer((socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n<a>'));
    const stop = new AbortController();
    const stopped = refusalOf(server.url, { signal: stop.signal, onProgress: () => stop.abort() });
    expect(await stopped).toMatchObject({ code: 'interrupted' });
    expect(await refusalOf(server.url, { signal: AbortSignal.abort() })).toMatchObject({ code: 'interrupted' });
    expect(server.questions).toHaveLength(1);
  });
});

describe('a server that cannot be reached is explained', () => {
  test('nobody listens', async () => {
    const url = `http://127.0.0.1:${await freePort()}/`;
    expect(await refusalOf(url)).toEqual(refused('the connection was refused'));
  });

  test('there is no such host', async () => {
    expect(await refusalOf('http://metadata.invalid/')).toEqual(refused(/no such host|cannot be resolved/));
  });
});
