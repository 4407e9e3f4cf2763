import { setTimeout as pause } from 'node:timers/promises';
import type { RedisProcess } from '@gakumon/testkit';
import type { Crowd } from './crowd.ts';
import type { Ledger } from './ledger.ts';
import type { TrialNode } from './trialNode.ts';
import type { TrialPerson } from './trialPeople.ts';
import type { TrialSite } from './trialSite.ts';

/** Where a trial happens. */
export type Stage = { readonly site: TrialSite; readonly crowd: Crowd; readonly ledger: Ledger };

/** Names what goes on, until everybody has been served again. */
async function during<T>({ ledger, crowd }: Stage, phase: string, happen: () => Promise<T>): Promise<T> {
  ledger.phase = phase;
  const result = await happen();
  await crowd.untilServed(1);
  ledger.phase = 'quiet';
  return result;
}

/** SIGSTOP to all of PostgreSQL, and its end. @returns what the probes of the nodes said meanwhile: status codes */
export function stopPostgres(stage: Stage): Promise<readonly number[]> {
  const { site, crowd } = stage;
  return during(stage, 'PostgreSQL stands still', async () => {
    await site.postgres.pause();
    try {
      await crowd.untilServed(2);
      const probes = site.nodes.flatMap(({ port }) => ['/readyz', '/readyz/sign-on'].map((path) => probe(port, path)));
      return await Promise.all(probes);
    } finally {
      site.postgres.resume();
    }
  });
}

/** SIGKILL to all of PostgreSQL, and its start. */
export async function killPostgres(stage: Stage): Promise<void> {
  const { site, crowd } = stage;
  await during(stage, 'PostgreSQL is killed', async () => {
    await site.postgres.stopHard();
    await crowd.untilServed(2);
    await site.postgres.start();
  });
}

/** SIGKILL to one node; later it is started again, as an operating system would. */
export async function killNode(stage: Stage, node: TrialNode): Promise<void> {
  await during(stage, 'a node is killed', async () => {
    await node.kill();
    await stage.crowd.untilServed(1);
  });
  await startAgain(stage, node);
}

/** SIGTERM to one node, as for an upgrade; then it is started again. @returns its exit code */
export async function terminateNode(stage: Stage, node: TrialNode): Promise<number | null> {
  const code = await during(stage, 'a node is told to end', () => node.terminate());
  await startAgain(stage, node);
  return code;
}

async function startAgain(stage: Stage, node: TrialNode): Promise<void> {
  await during(stage, 'a node is started', async () => {
    await node.start();
    await node.untilUsed();
  });
}

/** What became of a fail-over. Milliseconds. */
export type FailOver = {
  /** Until the Sentinels named another master. */
  readonly elected: number;
  /** Until somebody was signed in again. */
  readonly served: number;
};

/** SIGKILL to the master of Redis; later it is started again, and follows the new one. */
export async function killMaster(stage: Stage): Promise<FailOver> {
  const master = await stage.site.redis.master();
  const figures = await failOver(stage, master, () => master.kill());
  await rejoin(stage, master, () => master.restart());
  return figures;
}

/** SIGSTOP to the master of Redis: connections stay open. It wakes up and takes itself for the master still. */
export async function freezeMaster(stage: Stage): Promise<FailOver> {
  const master = await stage.site.redis.master();
  try {
    return await failOver(stage, master, async () => master.pause());
  } finally {
    await rejoin(stage, master, async () => master.resume());
  }
}

async function failOver(stage: Stage, master: RedisProcess, strike: () => Promise<void>): Promise<FailOver> {
  const { site, crowd } = stage;
  await markReplicated(stage, master);
  return during(stage, 'Redis fails over', async () => {
    const begun = performance.now();
    await strike();
    const [served, elected] = await Promise.all([
      crowd.untilSomebodyIsServed(),
      site.redis.waitForOther(master).then(() => performance.now() - begun),
    ]);
    return { elected, served };
  });
}

async function rejoin(stage: Stage, server: RedisProcess, wake: () => Promise<void>): Promise<void> {
  await during(stage, 'a replica joins', async () => {
    await wake();
    await untilFollows(server, await stage.site.redis.master());
  });
}

/** Waits until the replica has what the master has now, and marks the sessions that browsers know by now. */
async function markReplicated({ site, crowd }: Stage, master: RedisProcess): Promise<void> {
  const known = crowd.visitors.flatMap(({ session }) => session ?? []);
  await untilFollows(otherThan(site, master), master);
  for (const session of known) session.isReplicated = true;
}

export function otherThan({ redis }: TrialSite, master: RedisProcess): RedisProcess {
  const other = redis.servers.find((server) => server !== master);
  if (other === undefined) throw new Error('there is no replica');
  return other;
}

/** Waits until a replica has done everything that the master had done when this was called. */
export async function untilFollows(replica: RedisProcess, master: RedisProcess): Promise<void> {
  const written = Number(await infoOf(master, 'master_repl_offset'));
  const deadline = performance.now() + 20_000;
  for (;;) {
    const state = await infoOf(replica, 'master_link_status').catch(() => 'away');
    if (state === 'up' && Number(await infoOf(replica, 'slave_repl_offset')) >= written) return;
    if (performance.now() > deadline) throw new Error(`the replica does not follow: ${state}`);
    await pause(5);
  }
}

async function infoOf(server: RedisProcess, field: string): Promise<string> {
  const info = await server.cli('INFO', 'replication');
  const value = new RegExp(`^${field}:(\\S+)`, 'm').exec(info)?.[1];
  if (value === undefined) throw new Error(`no ${field} in ${info}`);
  return value;
}

/**
 * An operator ends all sessions of a person. Their browsers are in the hands of somebody who does not know the password
 * then: all that these ever see again is the login page.
 */
export async function revoke(stage: Stage, person: TrialPerson): Promise<void> {
  const { site, crowd } = stage;
  const theirs = crowd.visitors.filter((visitor) => visitor.person === person);
  for (const visitor of theirs) visitor.knowsPassword = false;
  await crowd.untilAll(theirs, 'signed-in', 1);
  await during(stage, 'a person is revoked', async () => {
    await site.revoke(person);
    for (const visitor of theirs) visitor.isRevoked = true;
    await crowd.untilAll(theirs, 'asked', 2);
  });
  for (const visitor of theirs) visitor.session = undefined;
}

/** The browsers of a person who was revoked come back to somebody who knows the password. */
export function giveBack({ crowd }: Stage, person: TrialPerson): void {
  for (const visitor of crowd.visitors) {
    if (visitor.person === person) visitor.knowsPassword = true;
  }
}

async function probe(port: number, path: string): Promise<number> {
  return (await fetch(`http://127.0.0.1:${port}${path}`)).status;
}
