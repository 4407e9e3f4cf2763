import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestDoor, type TestDoor } from './flows/testDoor.ts';
import { createLog, type RunningServer, startServer } from './index.ts';

const log = createLog({ write: () => undefined });
let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor();
});
const servers: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
const start = async (port = 0): Promise<RunningServer> => {
  const server = await startServer(door.parts, { host: '127.0.0.1', port, log });
  servers.push(server);
  return server;
};

/** Everything that a connection says until its end. */
async function readToEnd(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  await once(socket, 'close');
  return text;
}

describe('the server', () => {
  test('says that its port is taken', async () => {
    const { url } = await start();
    await expect(start(Number(new URL(url).port))).rejects.toMatchObject({ code: 'port-taken' });
  });

  test('says that it cannot listen', async () => {
    await expect(startServer(door.parts, { host: '192.0.2.1', port: 0, log })).rejects.toMatchObject({
      code: 'listen-failed',
    });
  });

  test('finishes what was begun before it closes, and takes nothing new', async () => {
    const { url, close } = await start();
    const port = Number(new URL(url).port);
    const socket = connect(port, '127.0.0.1');
    const answer = readToEnd(socket);
    socket.write(
      'POST /idp/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n',
    );
    // The first half is surely read when another connection has been answered.
    await fetch(`${url}/healthz`);
    const closed = close();
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    socket.write('attempt=x');
    expect(await answer).toMatch(/^HTTP\/1\.1 400 .*Connection: close/s);
    await closed;
  });

  test('is not ready while it closes, and goes on until the balancer has noticed', async () => {
    const { url, close } = await start();
    const probe = async (path: string): Promise<number> => (await fetch(url + path)).status;
    expect([await probe('/readyz'), await probe('/readyz/sign-on')]).toEqual([200, 200]);
    const closed = close();
    expect(await probe('/readyz')).toBe(503);
    for (let asked = 0; asked < 3; asked += 1) {
      expect((await fetch(`${url}/idp/shibboleth`)).headers.get('connection')).toBe('close');
      expect(await probe('/readyz/sign-on')).toBe(503);
    }
    await closed;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  test('does not wait for connections that are only kept alive', async () => {
    const { url, close } = await start();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
    const ended = once(socket, 'close');
    await close();
    await ended;
  });

  test('closes once however often it is asked', async () => {
    const { close } = await start();
    await Promise.all([close(), close()]);
    await close();
  });
});
