import type { Socket } from 'node:net';
import type { BerWriter, Client, PasswordPolicyControl, SearchOptions } from 'ldapts';
import type { BoundSession, LdapChange, LdapQuery } from '../servers.ts';
import type { LdapOutcome } from '../types.ts';
import { type OctetEntry, toLdapEntry } from './entries.ts';
import { LdapTrouble, toTrouble } from './ldapTrouble.ts';
import { openSocket, type SocketSettings, within } from './openSocket.ts';

/** One connection to one server. Requests are made one after another. */
export type LdapConnection = BoundSession & {
  bind(dn: string, password: string): Promise<LdapOutcome>;
  searchPaged(query: Omit<LdapQuery, 'limit'>): AsyncIterable<Awaited<ReturnType<BoundSession['search']>>>;
  /** Whether requests can still be sent. */
  isOpen(): boolean;
  close(): void;
};

export type ConnectionSettings = SocketSettings & {
  /** Milliseconds for one answer. */
  readonly operationTimeout: number;
  /** Names of attributes whose values are octets, in lower case. */
  readonly binary: ReadonlySet<string>;
};

/** Octets that one request may be answered with: an entry with a photograph, a page of names. */
const longestAnswer = 8 * 1024 * 1024;
const usualLimit = 500;
const pageSize = 500;

/**
 * Opens a connection that is nobody's yet. Its methods throw LdapTrouble.
 * @throws Error that says why there is none
 */
export async function openLdapConnection(settings: ConnectionSettings): Promise<LdapConnection> {
  const socket = await openSocket(settings);
  // On first use: an installation without LDAP does not pay for it
  const ldapts = await import('ldapts');
  const client = makeClient(ldapts.Client, socket, settings.operationTimeout);
  const ask = makeAsk(ldapts, socket, settings.operationTimeout);
  const outcomeOf = async (work: (control: PasswordPolicyControl) => Promise<unknown>): Promise<LdapOutcome> => {
    const control = new ldapts.PasswordPolicyControl();
    const result = await ask(() => work(control));
    const { code, message } = result.kind === 'refused' ? result : { code: 0, message: '' };
    return { code, message, policy: policyOf(control) };
  };
  const read = (entries: readonly unknown[]) =>
    entries.map((entry) => toLdapEntry(entry as OctetEntry, settings.binary));
  return {
    // As an object: a DN must never be taken for the name of a SASL mechanism
    bind: (dn, password) => outcomeOf((control) => client.bind(asObject(dn), password, control)),
    modify: (dn, changes) => outcomeOf((control) => client.modify(dn, changes.map(toChange(ldapts)), control)),
    passwordModify: (dn, current, next) => {
      const value = writePasswordModify(new ldapts.BerWriter(), { dn, current, next });
      return outcomeOf((control) => client.exop(passwordModifyOid, value, control));
    },
    search: async (query) => {
      const result = await ask(() => client.search(query.base, searchOptions(query, settings)));
      if (result.kind === 'done') return read(result.value.searchEntries);
      if (result.code === noSuchObject && query.scope === 'base') return [];
      throw refusedSearch(result, query.base);
    },
    async *searchPaged(query) {
      const pages = client.searchPaginated(query.base, { ...searchOptions(query, settings), ...paging });
      for (;;) {
        const result = await ask(() => pages.next());
        if (result.kind === 'refused') throw refusedSearch(result, query.base);
        if (result.value.done) return;
        yield read(result.value.value.searchEntries);
      }
    },
    isOpen: () => !socket.destroyed && socket.writable,
    close: () => void client.unbind().then(...destroying(socket)),
  };
}

type Asked<T> =
  | { readonly kind: 'done'; readonly value: T }
  /** The server answered, with a result code that is not success (RFC 4511, section 4.1.9). */
  | { readonly kind: 'refused'; readonly code: number; readonly message: string };

/** Makes what asks: within its time, for so many octets, and with an end to the connection when anything but an answer comes. */
function makeAsk({ ResultCodeError }: typeof import('ldapts'), socket: Socket, timeout: number) {
  const meter = meterAnswers(socket);
  return async <T>(work: () => Promise<T>): Promise<Asked<T>> => {
    meter.begin();
    try {
      // A little longer than the library's own time, which it does not keep everywhere
      return { kind: 'done', value: await within(timeout + 500, work()) };
    } catch (error) {
      if (error instanceof ResultCodeError && error.code !== noResult) return refused(error);
      socket.destroy();
      throw meter.reason() ?? toTrouble(error);
    }
  };
}

function refused(error: Error & { readonly code: number }): Asked<never> {
  const text = error.message.replace(/ Code: 0x[0-9a-f]+$/, '').slice(0, 1000);
  // What servers write ends in logs and on terminals
  const message = text.replace(/\p{C}+/gu, ' ').trim();
  if (serverCodes.has(error.code)) throw new LdapTrouble('server', describe(error.code, message));
  return { kind: 'refused', code: error.code, message };
}

const refusedSearch = ({ code, message }: { code: number; message: string }, base: string): LdapTrouble => {
  const why = code === noSuchObject ? `there is no ${base}: people.base or groups.base (code ${code})` : undefined;
  return new LdapTrouble('request', why ?? `the search is refused: ${describe(code, message)}`);
};

/** A result code in words for the operator. */
export const describe = (code: number, message: string): string => `${message || 'no reason given'} (code ${code})`;

const destroying = (socket: Socket): [() => void, () => void] => [() => socket.destroy(), () => socket.destroy()];

/** busy, unavailable, other: it did not look at what was asked. */
const serverCodes: ReadonlySet<number> = new Set([51, 52, 80]);
const noSuchObject = 32;
/** ldapts' own code: there was no result. */
const noResult = 248;
const passwordModifyOid = '1.3.6.1.4.1.4203.1.11.1';

const paging = { sizeLimit: 0, paged: { pageSize } };

/**
 * ldapts opens a closed connection again by itself, as nobody, and without TLS where StartTLS had been asked for: whatever
 * was sent then would be read by anybody. So it gets one socket, once.
 */
function makeClient(Made: typeof Client, socket: Socket, timeout: number): Client {
  let given = false;
  const createConnection = (() => {
    if (given) throw new Error('the connection is closed');
    given = true;
    return socket;
  }) as unknown as typeof import('node:net').connect;
  return new Made({ url: 'ldap://127.0.0.1', timeout, createConnection });
}

/** Ends the connection when an answer is longer than any may be. */
function meterAnswers(socket: Socket) {
  let octets = 0;
  let tooLong: LdapTrouble | undefined;
  // Also errors that come when nobody asks for anything
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    octets += chunk.length;
    if (octets <= longestAnswer) return;
    tooLong = new LdapTrouble('request', `an answer of more than ${longestAnswer} octets`);
    socket.destroy();
  });
  return {
    begin: () => {
      octets = 0;
    },
    reason: () => tooLong,
  };
}

const asObject = (dn: string) => ({ toString: () => dn }) as unknown as string;

function searchOptions(query: LdapQuery, { operationTimeout }: ConnectionSettings): SearchOptions {
  return {
    scope: query.scope,
    filter: query.filter,
    attributes: [...query.attributes],
    derefAliases: 'never',
    sizeLimit: query.limit ?? usualLimit,
    timeLimit: Math.max(1, Math.ceil(operationTimeout / 1000)),
    explicitBufferAttributes: everyAttribute,
  };
}

/** All values come as octets: ldapts compares names with regard to case, and would guess what is text. */
const everyAttribute: string[] = Object.assign([], { includes: () => true });

const toChange =
  ({ Attribute, Change }: typeof import('ldapts')) =>
  ({ operation, attribute, values }: LdapChange) =>
    new Change({
      operation,
      modification: new Attribute({ type: attribute, values: values.map((value) => Buffer.from(value as Uint8Array)) }),
    });

/** PasswdModifyRequestValue of RFC 3062, section 2. */
function writePasswordModify(
  writer: BerWriter,
  { dn, current, next }: { dn: string; current: string | undefined; next: string },
): Buffer {
  writer.startSequence();
  writer.writeString(dn, 0x80);
  if (current !== undefined) writer.writeString(current, 0x81);
  writer.writeString(next, 0x82);
  writer.endSequence();
  return writer.buffer;
}

function policyOf({ value }: PasswordPolicyControl): LdapOutcome['policy'] {
  if (value === undefined) return undefined;
  const { error, timeBeforeExpiration, graceAuthNsRemaining } = value;
  return { error, timeBeforeExpiration, graceAuthNsRemaining };
}
