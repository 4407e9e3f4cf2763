import { type Clock, minutes } from '@gakumon/terms';
import type { LdapSettings } from '../settings.ts';
import { describe, type LdapConnection, openLdapConnection } from './ldapConnection.ts';
import { LdapTrouble, toTrouble } from './ldapTrouble.ts';

/** After so long without use a connection may be dead without our being told: routers forget it. */
const longestRest = minutes(1);

/** invalidCredentials (RFC 4511, appendix A.2). */
const wrongCredentials = 49;

/** Connections of the one who searches, to any of the servers. */
export type ServiceConnections = {
  /** One that rests, or undefined. */
  takeResting(url: string): LdapConnection | undefined;
  /** @throws LdapTrouble */
  open(url: string): Promise<LdapConnection>;
  giveBack(url: string, connection: LdapConnection): void;
  close(): void;
};

export function createServiceConnections(settings: LdapSettings, clock: Clock): ServiceConnections {
  const resting = new Map<string, { connection: LdapConnection; since: number }[]>();
  let closed = false;
  return {
    takeResting: (url) => {
      const list = resting.get(url) ?? [];
      for (let last = list.pop(); last !== undefined; last = list.pop()) {
        if (last.connection.isOpen() && clock() - last.since < longestRest) return last.connection;
        last.connection.close();
      }
      return undefined;
    },
    open: async (url) => {
      const connection = await openConnection(settings, url);
      await bindService(connection, settings.bind);
      return connection;
    },
    giveBack: (url, connection) => {
      if (closed || !connection.isOpen()) return connection.close();
      resting.set(url, [...(resting.get(url) ?? []), { connection, since: clock() }]);
    },
    close: () => {
      closed = true;
      for (const { connection } of [...resting.values()].flat()) connection.close();
      resting.clear();
    },
  };
}

/** A connection that is nobody's yet. @throws LdapTrouble */
export async function openConnection(settings: LdapSettings, url: string): Promise<LdapConnection> {
  const { startTls, ca, binary, timeouts } = settings;
  try {
    return await openLdapConnection({
      url,
      startTls,
      ca,
      connectTimeout: timeouts.connect,
      operationTimeout: timeouts.operation,
      binary: new Set(binary.map((name) => name.toLowerCase())),
    });
  } catch (error) {
    throw toTrouble(error);
  }
}

async function bindService(connection: LdapConnection, bind: LdapSettings['bind']): Promise<void> {
  if (bind === undefined) return;
  if (bind.dn === '' || bind.password === '') {
    connection.close();
    throw new LdapTrouble('refusal', 'the one who searches has no name or no password');
  }
  const { code, message } = await connection.bind(bind.dn, bind.password);
  if (code === 0) return;
  connection.close();
  const isWrong = code === wrongCredentials && message === '';
  const why = isWrong ? `wrong DN or password: ${bind.dn} (code ${code})` : describe(code, message);
  throw new LdapTrouble('refusal', `it does not take the one who searches (bind): ${why}`);
}
