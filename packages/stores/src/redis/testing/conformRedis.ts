import { describeWith, redisPrograms } from '@gakumon/testkit';
import { beforeAll } from '@jest/globals';
import { caseCapacity, conformTransientPorts } from '../../conformance/everyPort.ts';
import { conformPageStates } from '../../conformance/pageStates.ts';
import { type OpenSubject, partOf } from '../../conformance/subject.ts';
import type { RedisLocation } from '../../locations.ts';
import { openRedisConnection } from '../connection/openRedisConnection.ts';
import { openRedisTransient, type RedisStores } from '../openRedisTransient.ts';

/** Longer than any wait of a machine that runs other tests; what happens when Redis is away is tried elsewhere. */
const patienceMs = 10_000;

/** Registers the suites of every transient port over servers that are started once. */
export function conformRedis(
  engine: string,
  startServers: () => Promise<{ location(prefix: string): RedisLocation }>,
): void {
  describeWith(redisPrograms, engine, () => {
    let location: ((prefix: string) => RedisLocation) | undefined;
    let subjects = 0;
    beforeAll(async () => {
      location = (await startServers()).location;
    }, 60_000);

    const open: OpenSubject<RedisStores> = async () => {
      subjects += 1;
      const place = location?.(`subject${subjects}:`);
      if (place === undefined) throw new Error('no servers yet');
      let now = 0;
      const open = () => openRedisConnection(place, { patienceMs });
      const connections = await Promise.all([open(), open()]);
      const [port, peer] = connections.map((connection) => openRedisTransient(connection, () => now, caseCapacity));
      if (port === undefined || peer === undefined) throw new Error('two were opened');
      return {
        port,
        peer,
        setNow: (to) => {
          now = to;
        },
        sweep: async () => 0,
        counts: false,
        close: async () => {
          await Promise.all(connections.map((connection) => connection.close()));
        },
      };
    };
    conformTransientPorts(engine, open);
    conformPageStates(
      engine,
      partOf(open, (stores) => stores.pageStates),
    );
  });
}
