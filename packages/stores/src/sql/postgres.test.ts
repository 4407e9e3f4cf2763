import { describeWith, type PrivatePostgres, postgresPrograms, privatePostgres } from '@gakumon/testkit';
import { beforeAll } from '@jest/globals';
import { caseCapacity, conformEveryPort } from '../conformance/everyPort.ts';
import { openStores } from '../openStores.ts';

describeWith(postgresPrograms, 'PostgreSQL', () => {
  let server: PrivatePostgres;
  beforeAll(async () => {
    server = await privatePostgres();
  });

  conformEveryPort('PostgreSQL', async () => {
    let now = 0;
    const records = await server.createDatabase();
    const options = {
      records,
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
      },
    };
  });
});
