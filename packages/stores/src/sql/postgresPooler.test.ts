import { describeWith, pgBouncerPrograms, privatePgBouncer, privatePostgres } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { openPostgresRecords } from './postgres/openPostgresRecords.ts';
import { mark, marks } from './trials/postgresDatabase.ts';

describeWith(pgBouncerPrograms, 'a pooler in front of PostgreSQL', () => {
  test('that lends connections by transaction and refuses to be told limits: all is as without it', async () => {
    const server = await privatePostgres();
    const location = await privatePgBouncer(await server.createDatabase());
    const records = await openPostgresRecords({ ...location, pool: 6 });
    const won = await Promise.all(Array.from({ length: 120 }, (_, index) => mark(records, `${index % 40}`)));
    expect(won.filter((isFirst) => isFirst)).toHaveLength(40);
    const advance = () =>
      records.write((db) =>
        db.transaction().execute(async (trx) => {
          const row = await trx
            .selectFrom('counters')
            .select('value')
            .where('name', '=', 'cases')
            .forUpdate()
            .executeTakeFirstOrThrow();
          await trx
            .updateTable('counters')
            .set({ value: row.value + 1 })
            .where('name', '=', 'cases')
            .execute();
        }),
      );
    await Promise.all(Array.from({ length: 30 }, advance));
    const counters = await records.snapshot((db) => db.selectFrom('counters').selectAll().execute());
    expect(counters).toContainEqual({ name: 'cases', value: 30 });
    await records.check();
    expect(await marks(records)).toHaveLength(40);
    await records.close();
  });
});
