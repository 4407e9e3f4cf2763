import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { freePort, type RunningProcess, startProcess, temporaryFolder } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';

const script = resolve(import.meta.dirname, 'start.ts');
const root = resolve(import.meta.dirname, '..');

let folder: string;
let idpPort: number;
let spPort: number;

beforeAll(async () => {
  folder = join(await temporaryFolder(), 'demo');
  [idpPort, spPort] = await Promise.all([freePort(), freePort()]);
});

const environment = (more: Record<string, string | undefined> = {}) => ({
  GAKUMON_CONFIG: undefined,
  npm_lifecycle_event: undefined,
  GAKUMON_DEMO_DIR: folder,
  GAKUMON_PORT: String(idpPort),
  GAKUMON_DEMO_PORT: String(spPort),
  ...more,
});

const start = (more?: Record<string, string | undefined>): RunningProcess =>
  startProcess(process.execPath, [script], { cwd: root, env: environment(more) });

/** Whether somebody listens there. */
const answers = async (port: number): Promise<boolean> =>
  fetch(`http://localhost:${port}/`, { redirect: 'manual' }).then(
    () => true,
    () => false,
  );

/** Asks until nobody listens at the ports, or ten seconds have passed; tells which still answer. */
async function untilSilent(ports: number[], deadline = performance.now() + 10_000): Promise<number[]> {
  const noisy: number[] = [];
  for (const port of ports) if (await answers(port)) noisy.push(port);
  return noisy.length === 0 || performance.now() > deadline ? noisy : untilSilent(ports, deadline);
}

async function untilAnnounced(running: RunningProcess): Promise<void> {
  await running.waitFor(/Ctrl-C/, 60_000);
  expect([await answers(idpPort), await answers(spPort)]).toEqual([true, true]);
}

describe('npm start', () => {
  test('makes everything, says where to go and who can log in, and ends with 0 on Ctrl-C', async () => {
    const running = start();
    await untilAnnounced(running);
    const told = running.output();
    expect(told).toContain(`http://localhost:${idpPort}`);
    expect(told).toContain(`http://localhost:${spPort}`);
    for (const word of [
      's1234567',
      'f1234567',
      't1234567',
      'gakumon-demo',
      'certs/signing.key',
      'users.yaml',
      'metadata/demo-sp.xml',
    ]) {
      expect(told).toContain(word);
    }
    running.kill('SIGINT');
    expect(await running.exited).toBe(0);
    expect(await untilSilent([idpPort, spPort])).toEqual([]);
  });

  test('a second start uses what the first one made, and TERM ends both', async () => {
    const keyFile = join(folder, 'certs/signing.key');
    const before = await readFile(keyFile, 'utf8');
    const running = start();
    await untilAnnounced(running);
    expect(running.output()).toContain('reusing');
    expect(await readFile(keyFile, 'utf8')).toBe(before);
    running.kill('SIGTERM');
    expect(await running.exited).toBe(0);
    expect(await untilSilent([idpPort, spPort])).toEqual([]);
  });

  test('the demonstration SP may move to another port: the IdP is told', async () => {
    const moved = await freePort();
    const running = start({ GAKUMON_DEMO_PORT: String(moved) });
    await running.waitFor(/Ctrl-C/);
    const login = await fetch(`http://localhost:${moved}/login`);
    expect(new URL(login.url).port).toBe(String(idpPort));
    expect(login.status).toBe(200);
    await running.stop();
    expect(await untilSilent([idpPort, moved])).toEqual([]);
  });

  test('killed so that it can tell nobody, it leaves no server behind', async () => {
    const running = start();
    await untilAnnounced(running);
    running.kill('SIGKILL');
    expect(await untilSilent([idpPort, spPort])).toEqual([]);
  });

  test('a killed npm leaves no server behind either', async () => {
    const running = startProcess('npm', ['start'], { cwd: root, env: environment() });
    await untilAnnounced(running);
    running.kill('SIGKILL');
    expect(await untilSilent([idpPort, spPort])).toEqual([]);
  });

  test.each(['idp', 'sp'] as const)('a taken port of the %s is named, and both end', async (which) => {
    const port = which === 'idp' ? idpPort : spPort;
    const other = createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const log = join(folder, 'idp.log');
    const logged = await readFile(log, 'utf8');
    const running = start();
    expect(await running.exited).toBe(1);
    const variable = which === 'idp' ? 'GAKUMON_PORT' : 'GAKUMON_DEMO_PORT';
    expect(running.output().trim().split('\n')).toEqual([
      `gakumon: error: the port localhost:${port} is taken`,
      `gakumon: hint: is it already running? Otherwise choose another port with ${variable}`,
    ]);
    expect(logged).toContain('ready http');
    expect(await readFile(log, 'utf8')).toBe(logged);
    await new Promise((resolve) => other.close(resolve));
    expect(await untilSilent([idpPort, spPort])).toEqual([]);
  });

  test('a port that is none is refused before anything is started', async () => {
    const running = start({ GAKUMON_PORT: 'eighty' });
    expect(await running.exited).toBe(1);
    expect(running.output()).toBe('gakumon: error: GAKUMON_PORT is "eighty", which is not a port number');
  });
});
