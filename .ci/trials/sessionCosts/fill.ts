import { setTimeout as pause } from 'node:timers/promises';
import { openStores } from '@gakumon/stores';
import { isGakumonError } from '@gakumon/terms';
import { trialSession, trialVisit } from './trialSession.ts';

/** What a process that fills is to do: sessions from one number up to another. */
export type Share = {
  readonly host: string;
  readonly port: number;
  readonly from: number;
  readonly to: number;
  /** SPs that each session has been at. */
  readonly services: number;
  /** The first so many people are known to the IdP. */
  readonly known: number;
};

/** Steps under way at once. */
const width = 100;
/** A machine that does too much besides is late now and then; the port gives up after half a second. */
const mostTries = 20;

/** Writes them through the port that the IdP itself writes through. @param tell is told how many more there are */
async function fill({ host, port, from, to, services, known }: Share, tell: (more: number) => void): Promise<void> {
  const servers = { shape: 'single', host, port, database: 0 } as const;
  const sessions = { kind: 'redis', servers, username: undefined, password: undefined, tls: undefined } as const;
  const stores = await openStores({
    records: { kind: 'memory' },
    sessions: { ...sessions, prefix: 'gkm:' },
    clock: Date.now,
  });
  const write = async (number: number): Promise<void> => {
    const now = Date.now();
    const session = trialSession(number, now, number < known);
    const { id, idleAt } = session;
    await repeat(async (tries) => {
      // A try that was late may have been carried out.
      if (tries === 1 || (await stores.sessions.find(id, now)) === undefined) await stores.sessions.create(session);
    });
    for (let service = 1; service < services; service += 1) {
      await repeat(() => stores.sessions.appendServiceProvider(id, trialVisit(number, service, now), idleAt));
    }
  };
  for (let next = from; next < to; next += width) {
    const size = Math.min(width, to - next);
    await Promise.all(Array.from({ length: size }, (_, index) => write(next + index)));
    tell(size);
  }
  await stores.close();
}

async function repeat(step: (tries: number) => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await step(tries);
      return;
    } catch (error) {
      if (!isGakumonError(error) || error.code !== 'store-unavailable' || tries === mostTries) throw error;
      await pause(100);
    }
  }
}

process.once('message', async (share: Share) => {
  await fill(share, (more) => process.send?.(more));
  process.disconnect();
});
