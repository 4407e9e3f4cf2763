/**
 * `npm start`: a working IdP with a demonstration SP and demonstration people, state in var/demo. Two servers, one Ctrl-C:
 * both end when this process is told to, when it is killed, when npm is killed, and when either of them ends.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { watchNpm } from '../bin/npmParent.mjs';
import { announcement } from './demo/announce.ts';
import { introduceSp } from './demo/introduceSp.ts';
import { requireFreePorts } from './demo/requireFreePorts.ts';
import { type Server, startServer } from './demo/server.ts';
import { addressOf, type DemoSettings, readSettings } from './demo/settings.ts';
import { spKeyFiles } from './demo/spKeyFiles.ts';

const root = resolve(import.meta.dirname, '..');

async function start(): Promise<number> {
  const settings = readSettings(process.env);
  await requireFreePorts(settings);
  const made = await createWhereMissing(settings.folder);
  const introduced = await introduceSp(settings.folder, settings.spPort);
  const created = made.length === 0 ? [] : [...made, introduced];
  const servers = [startIdp(settings), startSp(settings)];
  const stop = (): void => {
    for (const server of servers) server.stop();
  };
  let ordered = false;
  const order = (): void => {
    ordered = true;
    stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, order);
  watchNpm(order);
  void Promise.all(servers.map(({ ready }) => ready)).then((answers) => {
    if (answers.every(Boolean)) process.stdout.write(announcement(settings, created));
  });
  await Promise.race(servers.map(({ ended }) => ended));
  for (const server of ordered ? [] : servers.filter((one) => one.hasEnded())) tellDeath(server);
  stop();
  const codes = await Promise.all(servers.map(({ ended }) => ended));
  return ordered ? 0 : (codes.find((code) => code !== 0 && code !== null) ?? 1);
}

function tellDeath({ name, logFile }: Server): void {
  process.stderr.write(`gakumon: error: ${name} has ended, so the other server ends too; its log: ${logFile}\n`);
}

async function createWhereMissing(folder: string): Promise<readonly string[]> {
  if (existsSync(folder)) return [];
  // Only when needed: a second start should not pay for it.
  const { createDemo } = await import('./demo/createDemo.ts');
  return createDemo(folder);
}

function startIdp({ folder, idpPort }: DemoSettings): Server {
  return startServer({
    name: 'idp',
    args: ['--max-semi-space-size=8', join(root, 'bin/gakumon.mjs'), 'serve', '--config', join(folder, 'gakumon.yaml')],
    env: { ...process.env, GAKUMON_PORT: String(idpPort) },
    logFile: join(folder, 'idp.log'),
  });
}

function startSp({ folder, idpPort, spPort }: DemoSettings): Server {
  return startServer({
    name: 'demo-sp',
    args: [join(root, 'packages/demo-sp/src/main.ts')],
    env: {
      ...process.env,
      GAKUMON_DEMO_PORT: String(spPort),
      GAKUMON_DEMO_IDP: addressOf(idpPort),
      GAKUMON_DEMO_KEY: join(folder, spKeyFiles.key),
      GAKUMON_DEMO_CERTIFICATE: join(folder, spKeyFiles.certificate),
    },
    logFile: join(folder, 'demo-sp.log'),
  });
}

try {
  process.exitCode = await start();
} catch (error) {
  process.stderr.write(`gakumon: error: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
