import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { createTally, type Notice } from '@gakumon/assembly';
import { freePort } from '@gakumon/testkit';
import { afterEach, describe, expect, test } from '@jest/globals';
import { openTestDoor } from '../flows/testDoor.ts';
import { type ManagementParts, type RunningManagement, startManagement } from './startManagement.ts';

const open: RunningManagement[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function start(
  management: ManagementParts['config']['listen']['management'],
  changes: Partial<ManagementParts> = {},
  again?: number,
) {
  const notices: Notice[] = [];
  const config = { listen: { management } } as ManagementParts['config'];
  const metrics = { tally: createTally(), read: async () => ({ contentType: 'text/plain', text: 'a 1\n' }) };
  const report = (notice: Notice): void => void notices.push(notice);
  const running = await startManagement({ config, metrics, report, ...changes }, again);
  open.push(running);
  return { running, notices };
}

const here = async () => ({ host: '127.0.0.1', port: await freePort() });

describe('the door of monitors', () => {
  test('gives the metrics, and nothing else', async () => {
    const { running } = await start(await here());
    const url = running.url ?? '';
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    const told = await fetch(url);
    expect([told.status, await told.text()]).toEqual([200, 'a 1\n']);
    for (const path of ['/', '/metrics/', '/metrics?x', '/idp/shibboleth', '/readyz']) {
      expect((await fetch(new URL(path, url))).status).toBe(404);
    }
    expect((await fetch(url, { method: 'POST' })).status).toBe(404);
  });

  test('attack: a page that gives its own name our address (DNS rebinding) reads nothing', async () => {
    const management = await here();
    await start(management);
    const ask = async (host: string): Promise<number | undefined> => {
      const asked = request({ ...management, path: '/metrics', headers: { Host: host } }).end();
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    const { port } = management;
    for (const host of [
      `rebound.example:${port}`,
      'rebound.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
    ]) {
      expect(await ask(host)).toBe(421);
    }
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, 'localhost']) {
      expect(await ask(host)).toBe(200);
    }
  });

  test('attack: idle connections shut no monitor out', async () => {
    const management = await here();
    const { running } = await start(management);
    const sockets = Array.from({ length: 60 }, () => connect(management).on('error', () => undefined));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    expect((await fetch(running.url ?? '')).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  test('stays shut when it is off', async () => {
    const { running, notices } = await start('off');
    expect([running.url, notices]).toEqual([undefined, []]);
  });

  test('whose port is taken is told of once, and opens when the port is free', async () => {
    const management = await here();
    const other = createServer().listen(management);
    await new Promise((resolve) => other.once('listening', resolve));
    let opened = (): void => undefined;
    const isOpen = new Promise<void>((resolve) => {
      opened = resolve;
    });
    const notices: Notice[] = [];
    const report = (notice: Notice): void => {
      notices.push(notice);
      if (notice.level === 'info') opened();
    };
    const { running } = await start(management, { report }, 5);
    expect(running.url).toBeUndefined();
    await new Promise((resolve) => other.close(resolve));
    await isOpen;
    expect((await fetch(running.url ?? '')).status).toBe(200);
    expect(notices.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'metrics are not served'],
      ['info', 'metrics are served'],
    ]);
    expect(notices[0]?.fields).toMatchObject({ reason: expect.stringContaining('EADDRINUSE') });
  });

  test('answers when the metrics cannot be made, and the log says why', async () => {
    const metrics = { tally: createTally(), read: () => Promise.reject(new Error('out of numbers')) };
    const { running, notices } = await start(await here(), { metrics });
    expect((await fetch(running.url ?? '')).status).toBe(500);
    expect(notices).toMatchObject([{ level: 'error', fields: { reason: 'Error: out of numbers' } }]);
  });
});

test('sign-ons and refusals of the browsers’ door are counted; metadata stands by its source', async () => {
  const door = await openTestDoor();
  await fetch(`${door.baseUrl}/idp/profile/SAML2/Unsolicited/SSO?providerId=https://nobody.example/`);
  await fetch(door.ask({ isPassive: true }));
  const { text } = await door.parts.metrics.read();
  expect(text).toContain('\ngakumon_refusals_total{code="service-unknown"} 1\n');
  expect(text).toContain('\ngakumon_refusals_total{code="no-passive"} 1\n');
  expect(text).toContain('\ngakumon_sign_ons_total 0\n');
  expect(text).toMatch(/\ngakumon_metadata_last_refresh_ok\{source="[^"]+"\} 1\n/);
});
