import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { freePort, testKeys } from '@gakumon/testkit';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { AttributeSource } from '../../ports.ts';
import type { SourceNotice } from '../report.ts';
import { longestAnswer } from './askUrl.ts';
import { createHttpSource, type HttpSourceSettings } from './httpSource.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(cleanUp.splice(0).map((end) => end()));
});

async function listen(server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  cleanUp.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}
const serve = (answer: RequestListener, port?: number) => listen(createServer(answer), port);

function sourceAt(
  ports: readonly (number | string)[],
  kind: Partial<HttpSourceSettings['kind']> = {},
  timeout = 2000,
): AttributeSource & { readonly notices: SourceNotice[] } {
  const notices: SourceNotice[] = [];
  const urls = ports.map((at) => (typeof at === 'number' ? `http://127.0.0.1:${at}/people/{key}` : at));
  const whole = { by: 'http', urls, headers: {}, path: [], ca: undefined, ...kind } as const;
  const source = createHttpSource({ name: 'hr', attributes: undefined, timeout, kind: whole }, (n) => notices.push(n));
  cleanUp.push(async () => source.close?.());
  return { ...source, notices };
}

const away = (detail: string) =>
  expect.objectContaining({ code: 'source-unavailable', detail: expect.stringContaining(detail) });
const json =
  (body: unknown): RequestListener =>
  (_, answer) =>
    void answer.end(JSON.stringify(body));

describe('a service that answers JSON', () => {
  test('is asked for one person, with its headers; one connection serves many questions', async () => {
    const asked: unknown[] = [];
    const connections = new Set<unknown>();
    const port = await serve((question, answer) => {
      asked.push([question.method, question.url, question.headers.authorization, question.headers.accept]);
      connections.add(question.socket);
      answer.end('{"data":{"person":{"mail":"a@example.ac.jp","ids":[1,"x"]}}}');
    });
    const source = sourceAt([port], { headers: { Authorization: 'Bearer s3cret' }, path: ['data', 'person'] });
    expect(await source.find('s 1')).toEqual({ mail: ['a@example.ac.jp'], ids: ['1', 'x'] });
    await source.find('s2');
    expect(asked[0]).toEqual(['GET', '/people/s%201', 'Bearer s3cret', 'application/json']);
    expect(connections.size).toBe(1);
  });

  test.each([
    ['404', 404, '{"error":"no such person"}'],
    ['an empty answer', 200, ''],
    ['204', 204, ''],
    ['null', 200, 'null'],
    ['an empty list', 200, '[]'],
    ['an empty object', 200, '{}'],
  ])('%s says that nothing is known', async (_, status, body) => {
    const port = await serve((_question, answer) => void answer.writeHead(status).end(body));
    expect(await sourceAt([port]).find('s1')).toBeUndefined();
  });

  test('a list of one is found with a number in the path', async () => {
    const port = await serve(json({ found: [{ ou: 'Law' }] }));
    expect(await sourceAt([port], { path: ['found', '0'] }).find('s1')).toEqual({ ou: ['Law'] });
  });

  test('the second is asked when the first is down, and the first again when it is back', async () => {
    const first = await freePort();
    const second = await serve(json({ from: 'second' }));
    const source = sourceAt([first, second]);
    expect(await source.find('s1')).toEqual({ from: ['second'] });
    expect(await source.check?.()).toEqual([expect.stringContaining('nothing listens there')]);
    await serve(json({ from: 'first' }), first);
    expect(await source.check?.()).toEqual([]);
    expect(await source.find('s1')).toEqual({ from: ['first'] });
    expect(source.notices.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  test('a connection that was hung up while it waited is no failure', async () => {
    const server = createServer(json({ ou: 'Law' }));
    const source = sourceAt([await listen(server)]);
    await source.find('s1');
    server.closeAllConnections();
    expect(await source.find('s2')).toEqual({ ou: ['Law'] });
  });
});

describe('attack', () => {
  test('a redirect is not followed: the headers are a secret', async () => {
    const caught: string[] = [];
    const thief = await serve((question, answer) => {
      caught.push(String(question.headers.authorization));
      answer.end('{"a":"b"}');
    });
    const port = await serve(
      (_, answer) => void answer.writeHead(302, { Location: `http://127.0.0.1:${thief}/` }).end(),
    );
    const source = sourceAt([port], { headers: { Authorization: 'Bearer s3cret' } });
    const refused: unknown = await source.find('s1').catch((error: unknown) => error);
    expect(refused).toEqual(away('leads elsewhere, which is not followed (HTTP 302)'));
    expect(JSON.stringify(refused)).not.toContain('s3cret');
    expect(caught).toEqual([]);
  });

  test('an answer without end is left', async () => {
    const port = await serve((_, answer) => {
      const more = (): void => {
        while (!answer.destroyed && answer.write('x'.repeat(65_536)));
      };
      answer.on('drain', more);
      answer.write('{"a":"');
      more();
    });
    await expect(sourceAt([port]).find('s1')).rejects.toEqual(away(`more than ${longestAnswer} octets`));
  });

  test('a server that says nothing, or goes on for ever a little at a time, has its time only', async () => {
    const silent = await serve(() => {});
    await expect(sourceAt([silent], {}, 50).find('s1')).rejects.toEqual(away('no answer within 50 ms'));
    const slow = await serve((question, answer) => {
      const timer = setInterval(() => answer.write(' '), 5);
      question.on('close', () => clearInterval(timer));
    });
    await expect(sourceAt([slow], {}, 80).find('s1')).rejects.toEqual(away('no answer within 80 ms'));
  });

  test('a silent first server leaves the second its share of the time', async () => {
    const silent = await serve(() => {});
    const good = await serve(json({ ou: 'Law' }));
    expect(await sourceAt([silent, good], {}, 1000).find('s1')).toEqual({ ou: ['Law'] });
  });

  test.each([
    ['no JSON', '<html>', 'not JSON'],
    ['half of it', '{"a":', 'not JSON'],
    ['no UTF-8', Buffer.of(0x22, 0xff, 0x22), 'not JSON'],
    ['a text', '"s1"', 'no object'],
    ['a list', '[{"a":"b"}]', 'no object'],
  ])('%s is a failure, whose words hold nothing of it', async (_, body, words) => {
    const port = await serve((_question, answer) => void answer.end(body));
    await expect(sourceAt([port]).find('s1')).rejects.toEqual(away(words));
  });

  test.each([401, 403, 429, 500, 503])('HTTP %i is a failure, never an empty answer', async (status) => {
    const port = await serve((_, answer) => void answer.writeHead(status).end('{}'));
    await expect(sourceAt([port]).find('s1')).rejects.toEqual(away(`HTTP ${status}`));
  });

  test('a key that would lead elsewhere is not asked for at all', async () => {
    let asked = 0;
    const port = await serve((_, answer) => {
      asked += 1;
      answer.end('{"role":"admin"}');
    });
    const source = sourceAt([port]);
    for (const key of ['..', '../admin', 'a\r\nX: y']) expect(await source.find(key)).toBeUndefined();
    expect(asked).toBe(0);
  });

  test('a server with a certificate of somebody else is not told anything', async () => {
    const { certificatePem: cert, privateKeyPem: key } = testKeys.stranger;
    let asked = 0;
    const server = createHttpsServer({ cert, key }, (_, answer) => {
      asked += 1;
      answer.end('{}');
    });
    const port = await listen(server as unknown as Server);
    const at = `https://127.0.0.1:${port}/{key}`;
    await expect(sourceAt([at]).find('s1')).rejects.toEqual(away('issuer that is not known here'));
    await expect(sourceAt([at], { ca: cert }).find('s1')).rejects.toEqual(away('certificate'));
    expect(asked).toBe(0);
  });
});
