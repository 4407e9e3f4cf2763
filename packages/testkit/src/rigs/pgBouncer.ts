import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, temporaryFolder } from '../temporary.ts';
import { type PostgresAccess, postgresPrograms } from './postgres.ts';
import { giveToServer, startAsServer } from './postgresServer.ts';

/** What the rig needs, for `describeWith`. */
export const pgBouncerPrograms: readonly string[] = [...postgresPrograms, 'pgbouncer'];

/**
 * Starts a pooler in front of a database, which lends a connection for one transaction at a time. The last test of the
 * file stops it.
 * @returns the database as it is reached through the pooler
 */
export async function privatePgBouncer(database: PostgresAccess): Promise<PostgresAccess> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  const [behind] = database.hosts;
  const account = `user=${database.user} password=${database.password}`;
  const lines = [
    '[databases]',
    `${database.database} = host=${behind?.host} port=${behind?.port} ${account}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
    'default_pool_size = 2',
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  await giveToServer(folder);
  await startAsServer('pgbouncer', [file]).waitFor(/process up/);
  return { ...database, hosts: [{ host: '127.0.0.1', port }] };
}
