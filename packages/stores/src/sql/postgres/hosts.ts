import type { PostgresLocation } from '../../locations.ts';
import { firstInOrder } from './firstInOrder.ts';
import {
  openPostgresConnection,
  type PostgresConnection,
  type PostgresHost,
  type PostgresLimits,
} from './postgresConnection.ts';
import { explain, refusesLimits } from './trouble.ts';

/** Several servers, of which one at a time is used: the first that takes writes. */
export type PostgresHosts = {
  /**
   * Connects to the one in use; when that can't be, to the first of all that takes writes.
   * @throws HostsUnavailable
   */
  connect(limits: PostgresLimits): Promise<PostgresConnection>;
  /** Whether what is connected to this one may go on being used. */
  isInUse(host: PostgresHost): boolean;
  /** Has the next connection look at all of them again. */
  doubt(host: PostgresHost): void;
};

/** No host can be used; says of each why. */
export class HostsUnavailable extends Error {
  readonly hint: string | undefined;

  constructor(troubles: readonly { readonly host: PostgresHost; readonly error: unknown }[]) {
    const told = troubles.map(({ host, error }) => ({ host, ...explain(error) }));
    super(told.map(({ host, reason }) => `${host.host}:${host.port}: ${reason}`).join('; '), {
      cause: troubles[0]?.error,
    });
    this.name = 'HostsUnavailable';
    this.hint = told.find(({ hint }) => hint !== undefined)?.hint;
  }
}

/** Once one host would do, those before it are waited for so long, milliseconds. */
const graceMs = 300;

export function createPostgresHosts(location: PostgresLocation): PostgresHosts {
  const { hosts } = location;
  let inUse: PostgresHost | undefined;
  let election: Promise<PostgresConnection> | undefined;
  let knowsLimits = true;

  const open = async (host: PostgresHost, limits: PostgresLimits): Promise<PostgresConnection> => {
    try {
      return await openWritable(location, host, limits, knowsLimits);
    } catch (error) {
      if (!knowsLimits || !refusesLimits(error)) throw error;
      knowsLimits = false;
      return openWritable(location, host, limits, knowsLimits);
    }
  };

  const elect = async (limits: PostgresLimits): Promise<PostgresConnection> => {
    const tries = hosts.map((host) => open(host, limits));
    const elected = await firstInOrder(tries, graceMs);
    for (const other of tries) void other.then((it) => (it === elected ? undefined : it.close())).catch(() => {});
    if (elected !== undefined) {
      inUse = elected.host;
      return elected;
    }
    const answers = await Promise.allSettled(tries);
    throw new HostsUnavailable(
      answers.flatMap((answer, index) => {
        const host = hosts[index];
        return answer.status === 'rejected' && host !== undefined ? [{ host, error: answer.reason }] : [];
      }),
    );
  };

  /** @returns undefined when another call's election has just said which one it is */
  const joinElection = async (limits: PostgresLimits): Promise<PostgresConnection | undefined> => {
    if (election !== undefined) {
      await election;
      return undefined;
    }
    election = elect(limits);
    try {
      return await election;
    } finally {
      election = undefined;
    }
  };

  return {
    async connect(limits) {
      for (let isLastTry = false; ; isLastTry = true) {
        const elected = inUse === undefined ? await joinElection(limits) : undefined;
        if (elected !== undefined) return elected;
        const host = inUse;
        if (host === undefined) continue;
        try {
          return await open(host, limits);
        } catch (error) {
          if (isLastTry || hosts.length === 1) throw new HostsUnavailable([{ host, error }]);
          if (inUse === host) inUse = undefined;
        }
      }
    },
    isInUse: (host) => host === inUse,
    doubt(host) {
      if (inUse === host && hosts.length > 1) inUse = undefined;
    },
  };
}

async function openWritable(
  location: PostgresLocation,
  host: PostgresHost,
  limits: PostgresLimits,
  knowsLimits: boolean,
): Promise<PostgresConnection> {
  const connection = await openPostgresConnection(location, host, limits, knowsLimits);
  try {
    requireUsable(await askStanding(connection, limits.connect));
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

type Standing = { readonly standby: boolean; readonly readonly: string; readonly encoding: string };

/** Since PostgreSQL 14 a server looks every so often whether anybody still waits for what it does. */
const lookForClient =
  "select set_config(name, '1000', false) from pg_settings where name = 'client_connection_check_interval'";

async function askStanding(connection: PostgresConnection, silence: number): Promise<Standing> {
  const { rows } = await connection.execute(
    `select pg_is_in_recovery() as standby, current_setting('default_transaction_read_only') as readonly,
     current_setting('server_encoding') as encoding, (${lookForClient}) as looks`,
    [],
    silence,
  );
  return rows[0] as Standing;
}

function requireUsable({ standby, readonly, encoding }: Standing): void {
  if (standby) throw new Error('it is a standby, which takes no writes');
  if (readonly === 'on') throw new Error('it takes no writes (default_transaction_read_only)');
  if (encoding !== 'UTF8') throw new Error(`the database keeps texts as ${encoding}, not as UTF8`);
}
