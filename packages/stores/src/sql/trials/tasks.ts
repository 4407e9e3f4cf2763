import { spawnSync } from 'node:child_process';
import type { AuthenticationFact, SessionServiceProvider } from '@gakumon/idp';
import { type AttemptId, hours, minutes, type SessionId, type Username } from '@gakumon/terms';
import type { Stores } from '../../stores.ts';

/** What a worker is told besides the task's name: who it is among its rivals, and how often to repeat. */
export type Orders = { readonly worker: number; readonly times: number };

export const sharedSession = 'session-of-all-workers' as SessionId;
export const student = 's1234567' as Username;

export const factOf = (worker: number, index: number): AuthenticationFact => ({
  authenticator: 'password',
  at: Date.now(),
  address: `${worker}-${index}`,
  passwordVersion: undefined,
});
export const visitOf = (worker: number, index: number): SessionServiceProvider => ({
  entityId: `https://sp.example.ac.jp/${worker}/${index}`,
  nameId: { format: 'transient', value: 'x' },
  at: Date.now(),
});

/** Begins the session that the workers share. */
export async function createSharedSession(stores: Stores, id: SessionId = sharedSession): Promise<void> {
  const now = Date.now();
  const times = { createdAt: now, idleAt: now + hours(1), expiresAt: now + hours(1) };
  await stores.sessions.create({ id, username: student, facts: [], serviceProviders: [], ...times });
}

/** What workers do in their own processes; what a task returns is printed as JSON. */
export const tasks = {
  /** Tries for each attempt; tells which it won. */
  consume: (stores, { times }) =>
    collect(times, async (index) => {
      const won = await stores.attempts.consume(`attempt-${index}` as AttemptId, Date.now() + minutes(10));
      return won ? index : undefined;
    }),
  appendFacts: (stores, { worker, times }) =>
    collect(times, (index) => stores.sessions.appendFact(sharedSession, factOf(worker, index)).then((it) => !!it)),
  /** Appends until the session is gone; tells how often it still was there. */
  appendUntilGone: async (stores, { worker, times }) => {
    let appended = 0;
    while (
      appended < times &&
      (await stores.sessions.appendServiceProvider(sharedSession, visitOf(worker, appended % 8), Date.now() + hours(1)))
    ) {
      appended += 1;
    }
    return appended;
  },
  hit: (stores, { times }) =>
    collect(times, (index) => stores.throttles.hit(`bucket-${index % 3}`, hours(1), Date.now()).then((it) => it.count)),
  saveMetadata: (stores, { worker, times }) =>
    collect(times, (index) => saveNumbered(stores, `${worker}-${index}`).then(() => index)),
  /** Writes through every kind of step until it is killed or refused, telling each name once it is safe. */
  writeForEver: async (stores, { worker }) => {
    for (let index = 0; ; index += 1) {
      await saveNumbered(stores, `${worker}-${index}`);
      await createSharedSession(stores, `session-${worker}-${index}` as SessionId);
      await stores.attempts.consume(`attempt-${worker}-${index}` as AttemptId, Date.now() + hours(1));
      process.stdout.write(`${JSON.stringify({ safe: index })}\n`);
    }
  },
  /** Fills its disk, gives itself room again; tells the probe before, while it is full, and afterwards. */
  probeFullDisk: async (stores) => {
    const before = await probe(stores);
    for (let index = 0, full = false; !full; index += 1) {
      full = await saveNumbered(stores, `${index}`).then(
        () => false,
        () => true,
      );
    }
    for (let index = 0; (await probe(stores)) === 'ready' && index < 100; index += 1);
    const meanwhile = [await probe(stores), await probe(stores)];
    spawnSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited']);
    return [before, ...meanwhile, await probe(stores)];
  },
  nothing: async () => 'opened',
} as const satisfies Record<string, (stores: Stores, orders: Orders) => Promise<unknown>>;

export type TaskName = keyof typeof tasks;

function probe(stores: Stores): Promise<unknown> {
  return stores.checkRecords().then(
    () => 'ready',
    (error: { code?: unknown }) => error.code,
  );
}

/** Twenty kilobytes under a name, so that a transaction spans pages. */
async function saveNumbered({ sealed }: Stores, name: string): Promise<void> {
  await sealed.replace({ kind: 'totp', name, keyId: '0a0b0c0d', sealed: new Uint8Array(20_000).fill(65) }, undefined);
}

async function collect<T>(times: number, call: (index: number) => Promise<T | undefined>): Promise<T[]> {
  const results: T[] = [];
  for (let index = 0; index < times; index += 1) {
    const result = await call(index);
    if (result !== undefined) results.push(result);
  }
  return results;
}
