import { caseCapacity, conformEveryPort } from '../conformance/everyPort.ts';
import { openStores } from '../openStores.ts';

conformEveryPort('memory', async () => {
  let now = 0;
  const stores = await openStores({
    records: { kind: 'memory' },
    sessions: { kind: 'memory' },
    clock: () => now,
    caseCapacity,
  });
  return {
    port: stores,
    peer: stores,
    setNow: (to) => {
      now = to;
    },
    sweep: (at) => stores.sweep(at),
    counts: true,
    close: () => stores.close(),
  };
});
