import { describeWith, freePort, type PrivatePostgres, postgresPrograms, privatePostgres } from '@gakumon/testkit';
import { afterEach, expect, test } from '@jest/globals';
import type { PostgresLocation } from '../locations.ts';
import { openPostgresRecords } from './postgres/openPostgresRecords.ts';
import type { Records } from './records.ts';
import { codeOf } from './trials/databaseFile.ts';
import { detailOf, mark, marks, untilDone } from './trials/postgresDatabase.ts';

type Pair = {
  readonly primary: PrivatePostgres;
  readonly standby: PrivatePostgres;
  readonly location: PostgresLocation;
};

async function startPair(): Promise<Pair> {
  const primary = await privatePostgres();
  const location = await primary.createDatabase();
  const standby = await primary.startStandby();
  return { primary, standby, location };
}

const hostOf = ({ port }: PrivatePostgres) => ({ host: '127.0.0.1', port });

describeWith(postgresPrograms, 'several hosts of PostgreSQL', () => {
  const open: Records[] = [];
  const paused: PrivatePostgres[] = [];
  const openOn = async (location: PostgresLocation, ...servers: PrivatePostgres[]): Promise<Records> => {
    const records = await openPostgresRecords({ ...location, hosts: servers.map(hostOf) });
    open.push(records);
    return records;
  };
  afterEach(async () => {
    for (const server of paused.splice(0)) server.resume();
    await Promise.all(open.splice(0).map((records) => records.close()));
  });

  test('a standby and a host that is not there are passed over, wherever they stand', async () => {
    const { primary, standby, location } = await startPair();
    const records = await openOn(location, standby, primary);
    expect(await mark(records, 'a')).toBe(true);
    const nowhere = { host: '127.0.0.1', port: await freePort() };
    const hosts = [nowhere, hostOf(standby), hostOf(primary)];
    const others = await openPostgresRecords({ ...location, hosts });
    expect(await marks(others)).toEqual(['a']);
    await others.close();
    expect(await detailOf(openPostgresRecords({ ...location, hosts: [nowhere, hostOf(standby)] }))).toMatch(
      /: nothing listens there \(ECONNREFUSED\); 127\.0\.0\.1:\d+: it is a standby, which takes no writes/,
    );
  });

  test('fail-over: the primary is killed, the standby is promoted; nothing here is restarted', async () => {
    const { primary, standby, location } = await startPair();
    const records = await openOn(location, primary, standby);
    await mark(records, 'before');
    await untilDone(async () =>
      expect(await standby.sql('table consumed_attempts', location.database)).toContain('before'),
    );
    await primary.stopHard();
    expect(await codeOf(records.check())).toBe('store-unavailable');
    await standby.promote();
    await untilDone(() => records.check());
    expect(await mark(records, 'after')).toBe(true);
    expect(await marks(records)).toEqual(['after', 'before']);
  });

  test('switch-over: whoever is connected to the one that became a standby moves to the other', async () => {
    const { primary, standby, location } = await startPair();
    const records = await openOn(location, primary, standby);
    await mark(records, 'before');
    await primary.sql('alter system set default_transaction_read_only = on; select pg_reload_conf()');
    await standby.promote();
    // Reads alone would not notice that they are at the wrong place
    let count = 0;
    await untilDone(async () => {
      count += 1;
      await mark(records, `after ${count}`);
      expect(await standby.sql('table consumed_attempts', location.database)).toContain('after');
    });
    expect(await marks(records)).toEqual(expect.arrayContaining([`after ${count}`, 'before']));
  });

  test('the first one stands still (SIGSTOP): the other is used, and stays in use when the first one wakes', async () => {
    const { primary, standby, location } = await startPair();
    const records = await openOn(location, primary, standby);
    await Promise.all(Array.from({ length: 8 }, (_, index) => mark(records, `before ${index}`)));
    paused.push(primary);
    await primary.pause();
    await standby.promote();
    await untilDone(() => mark(records, 'meanwhile'));
    primary.resume();
    expect(await mark(records, 'after')).toBe(true);
    expect(await primary.sql("select count(*) from consumed_attempts where attempt = 'after'", location.database)).toBe(
      '0',
    );
    expect(await marks(records)).toEqual(expect.arrayContaining(['after', 'before 7', 'meanwhile']));
  });
});
