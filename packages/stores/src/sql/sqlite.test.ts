import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { caseCapacity, conformEveryPort } from '../conformance/everyPort.ts';
import { openStores } from '../openStores.ts';

conformEveryPort('SQLite', async () => {
  let now = 0;
  const folder = await mkdtemp(join(tmpdir(), 'gakumon-stores-'));
  const options = {
    records: { kind: 'sqlite', file: join(folder, 'gakumon.db') },
    sessions: { kind: 'records' },
    clock: () => now,
    caseCapacity,
    patienceMs: 30_000,
  } as const;
  // Both at once: opening races too
  const [port, peer] = await Promise.all([openStores(options), openStores(options)]);
  return {
    port,
    peer,
    setNow: (to) => {
      now = to;
    },
    sweep: (at) => port.sweep(at),
    counts: true,
    close: async () => {
      await Promise.all([port.close(), peer.close()]);
      await rm(folder, { recursive: true });
    },
  };
});
