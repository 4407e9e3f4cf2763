import { createServer, type Server } from 'node:http';
import { expect, test } from '@jest/globals';
import { pretendBrowser } from '../browser/index.ts';
import { describeWith } from '../programs.ts';
import { freePort } from '../temporary.ts';
import { haproxyPrograms, privateHaproxy } from './haproxy.ts';

async function startNode(name: string): Promise<{ server: Server; port: number }> {
  const port = await freePort();
  const server = createServer((request, response) => response.end(`${name} ${request.headers['x-forwarded-for']}`));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { server, port };
}

async function stopNode(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

describeWith(haproxyPrograms, 'a private HAProxy', () => {
  test('sends every request to another node, none to one that is gone, and says so itself when both are', async () => {
    const [one, two] = [await startNode('one'), await startNode('two')];
    const port = await freePort();
    const { ca } = await privateHaproxy(port, [one.port, two.port]);
    const browser = pretendBrowser({ ca });
    const open = async (): Promise<string> => (await browser.open(`https://localhost:${port}/`)).text;
    expect([await open(), await open()].toSorted()).toEqual(['one 127.0.0.1', 'two 127.0.0.1']);
    await stopNode(one.server);
    expect([await open(), await open()]).toEqual(['two 127.0.0.1', 'two 127.0.0.1']);
    await stopNode(two.server);
    expect(await open()).toMatch(/ただいまログインできません/);
  });

  test('tells of a node that breaks off in both languages', async () => {
    const [one, two] = [await startNode('one'), await startNode('two')];
    for (const { server } of [one, two]) server.prependListener('request', ({ socket }) => socket.destroy());
    const port = await freePort();
    const { ca } = await privateHaproxy(port, [one.port, two.port]);
    const page = await pretendBrowser({ ca }).open(`https://localhost:${port}/`);
    expect([page.status, page.text]).toEqual([503, expect.stringMatching(/ただいまログインできません.*out of order/s)]);
    await Promise.all([one, two].map(({ server }) => stopNode(server)));
  });
});
