import { type Clock, GakumonError, isGakumonError, seconds } from '@gakumon/terms';
import { createHashingQueue } from '../hashingQueue.ts';
import type { LdapConnection } from './connection/ldapConnection.ts';
import { type LdapTrouble, toTrouble } from './connection/ldapTrouble.ts';
import { createServerLine, type ServerLine } from './connection/serverLine.ts';
import { createServiceConnections, openConnection, type ServiceConnections } from './connection/serviceConnections.ts';
import type { LdapServers } from './servers.ts';
import type { LdapSettings } from './settings.ts';
import type { LdapOutcome } from './types.ts';

/** Longer than a bind of a slow server takes, shorter than people's patience. */
const limits = { waiting: 1000, patience: seconds(10) };

/** Opens the servers of one directory; nothing is connected before somebody asks. */
export function createLdapServers(settings: LdapSettings, { clock }: { readonly clock: Clock }): LdapServers {
  const service = createServiceConnections(settings, clock);
  const line = createServerLine(settings.servers, clock, (url) => probe(url));
  const ground: Ground = { settings, service, line };
  const probe = (url: string): void => {
    service.open(url).then(
      (connection) => {
        service.giveBack(url, connection);
        line.answered(url);
      },
      (error) => line.failed(url, toTrouble(error)),
    );
  };
  const searching = createHashingQueue({ ...limits, running: settings.pool, waitingPerTurn: limits.waiting });
  const binding = createHashingQueue({ ...limits, running: settings.pool });
  return {
    search: (query) => searching(() => readFromAny(ground, (connection) => connection.search(query))),
    searchPaged: (query) => listPages(ground, query),
    asService: (work) =>
      searching(async () => {
        const connection = await openAny(ground, (url) => service.open(url));
        return onceOnly(ground, connection, work);
      }),
    bindAs: async (dn, password, work, who) => {
      if (dn === '' || password === '') return { outcome: wrongCredentials, value: undefined };
      return binding(async () => {
        const connection = await openAny(ground, (url) => openConnection(settings, url));
        return onceOnly(ground, connection, async (session) => {
          const outcome = await session.bind(dn, password);
          const value = outcome.code === 0 && work !== undefined ? await work(session) : undefined;
          return { outcome, value };
        });
      }, who);
    },
    check: () => checkAll(ground),
    close: async () => service.close(),
  };
}

type Ground = { readonly settings: LdapSettings; readonly service: ServiceConnections; readonly line: ServerLine };
type Opened = { readonly url: string; readonly connection: LdapConnection };

/** What a server says to a wrong password (RFC 4511, appendix A.2). */
const wrongCredentials: LdapOutcome = { code: 49, message: '', policy: undefined };

/** Tries one server after another. @throws GakumonError `directory-unavailable` when none of them did it */
async function onAny<T>({ settings, line }: Ground, work: (url: string) => Promise<T>): Promise<T> {
  const troubles: string[] = [];
  for (const url of line.inOrder()) {
    try {
      const done = await work(url);
      line.answered(url);
      return done;
    } catch (error) {
      if (isGakumonError(error)) throw error;
      const trouble = toTrouble(error);
      line.failed(url, trouble);
      troubles.push(`${url}: ${trouble.message}`);
    }
  }
  throw unavailable(settings, troubles.length > 0 ? troubles : line.refusals());
}

/** Reads may be asked again: on a new connection where an old one was dead, and of the next server. */
const readFromAny = <T>(ground: Ground, read: (connection: LdapConnection) => Promise<T>): Promise<T> =>
  onAny(ground, async (url) => {
    const rested = ground.service.takeResting(url);
    if (rested !== undefined) {
      try {
        return await readOnce(ground.service, { url, connection: rested }, read);
      } catch (error) {
        if (rested.isOpen() || !mayBeRepeated(toTrouble(error))) throw error;
      }
    }
    return readOnce(ground.service, { url, connection: await ground.service.open(url) }, read);
  });

/** A server that hangs would make a second try wait as long as the first. */
const mayBeRepeated = ({ blames, message }: LdapTrouble): boolean =>
  blames === 'server' && !/timed out|no answer within/.test(message);

async function readOnce<T>(
  service: ServiceConnections,
  { url, connection }: Opened,
  read: (connection: LdapConnection) => Promise<T>,
): Promise<T> {
  try {
    return await read(connection);
  } finally {
    service.giveBack(url, connection);
  }
}

const openAny = (ground: Ground, open: (url: string) => Promise<LdapConnection>): Promise<Opened> =>
  onAny(ground, async (url) => ({ url, connection: await open(url) }));

/** Binds and writes are counted and remembered by the server: what was once sent is not sent again. */
async function onceOnly<T>(
  { settings, line }: Ground,
  { url, connection }: Opened,
  work: (connection: LdapConnection) => Promise<T>,
): Promise<T> {
  try {
    return await work(connection);
  } catch (error) {
    if (isGakumonError(error)) throw error;
    const trouble = toTrouble(error);
    line.failed(url, trouble);
    throw unavailable(settings, [`${url}: ${trouble.message}`]);
  } finally {
    connection.close();
  }
}

async function* listPages(ground: Ground, query: Parameters<LdapServers['searchPaged']>[0]) {
  const { url, connection } = await openAny(ground, (server) => ground.service.open(server));
  try {
    for await (const page of connection.searchPaged(query)) yield* page;
  } catch (error) {
    throw unavailable(ground.settings, [`${url}: ${toTrouble(error).message}`]);
  } finally {
    connection.close();
  }
}

/** Each server for itself: it takes connections, it takes the one who searches, and it has the place where people are. */
async function checkAll({ settings, service }: Ground): Promise<void> {
  const { people } = settings;
  const base = people.by === 'search' ? people.base : '';
  const troubles = await Promise.all(
    settings.servers.map(async (url) => {
      try {
        const connection = await service.open(url);
        const query = { base, scope: 'base', filter: '(objectClass=*)', attributes: ['1.1'] } as const;
        const found = await connection.search(query).finally(() => connection.close());
        return found.length === 0 ? [`${url}: ${base} is not there, or not to be seen by the one who searches`] : [];
      } catch (error) {
        return [`${url}: ${toTrouble(error).message}`];
      }
    }),
  );
  if (troubles.flat().length > 0) throw unavailable(settings, troubles.flat());
}

function unavailable({ name }: LdapSettings, troubles: readonly string[]): GakumonError {
  return new GakumonError('directory-unavailable', { detail: `directory ${name}: ${troubles.join('; ')}` });
}
