import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Clock } from '@gakumon/terms';
import type { AdPolicy } from './adAccounts.ts';
import { modifyPassword } from './adPasswords.ts';
import { type AdTree, answerSearch, readQuery } from './adSearch.ts';
import { type AdObject, comparableDn } from './adStore.ts';
import { adResults, noObject, refusedBind } from './adTexts.ts';
import { readElement, readText, tags } from './ber.ts';
import { type LdapRequest, type LdapResult, operations, readRequest, writeResult } from './messages.ts';

export type AdHouse = {
  readonly tree: AdTree;
  readonly policy: AdPolicy;
  readonly clock: Clock;
  readonly resetters: readonly string[];
  /** LDAP signing is required: no simple bind without TLS. */
  readonly requiresTls: boolean;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** Told of each operation, in order. */
  note(operation: string, dn: string): void;
};

type Speaker = { socket: Socket; isSecure: boolean; bound: AdObject | undefined };

const startTls = '1.3.6.1.4.1.1466.20037';
/** Paged results, and the password policy control, which AD does not know and need not. */
const known = new Set(['1.2.840.113556.1.4.319', '2.16.840.1.113730.3.4.2']);

/** Speaks LDAP on one connection until its end. */
export function speakLdap(house: AdHouse, socket: Socket, isSecure: boolean): void {
  const speaker: Speaker = { socket, isSecure, bound: undefined };
  listen(house, speaker);
}

function listen(house: AdHouse, speaker: Speaker): void {
  const { socket } = speaker;
  let waiting: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (octets: Buffer) => {
    try {
      waiting = Buffer.concat([waiting, octets]);
      if (waiting.length > 0 && waiting[0] !== tags.sequence) throw new Error('LDAP: no message');
      for (let next = readElement(waiting); next !== undefined; next = readElement(waiting)) {
        waiting = next.rest;
        const messages = answer(house, speaker, readRequest(next.content));
        if (messages.length > 0) socket.write(Buffer.concat(messages));
      }
    } catch {
      // What can't be read can't be answered: RFC 4511, section 5.3
      socket.destroy();
    }
  });
}

function answer(house: AdHouse, speaker: Speaker, request: LdapRequest): readonly Buffer[] {
  const isStrange = request.controls.some(({ oid, isCritical }) => isCritical && !known.has(oid));
  if (isStrange) return [writeResult(request, adResults.unknownControl)];
  switch (request.operation) {
    case operations.bind:
      return [writeResult(request, bind(house, speaker, request))];
    case operations.search:
      return search(house, speaker, request);
    case operations.modify:
      return [writeResult(request, modify(house, speaker, request))];
    case operations.extended:
      return extend(house, speaker, request);
    case operations.abandon:
      return [];
    default:
      speaker.socket.end();
      return [];
  }
}

function bind(house: AdHouse, speaker: Speaker, request: LdapRequest): LdapResult {
  const [, name, credentials] = request.parts;
  speaker.bound = undefined;
  if (name === undefined || credentials?.tag !== 0x80) return adResults.protocolError;
  const [dn, password] = [readText(name), readText(credentials)];
  house.note('bind', dn);
  // RFC 4513, section 5.1.2: without a password nobody in particular is bound, and it succeeds
  if (password === '') return adResults.success;
  if (house.requiresTls && !speaker.isSecure) return adResults.strongerAuth;
  const object = house.tree.accounts.named(dn);
  const subCode = house.tree.accounts.judge(object, password);
  if (subCode === undefined) speaker.bound = object;
  return subCode === undefined ? adResults.success : refusedBind(subCode);
}

function search(house: AdHouse, speaker: Speaker, request: LdapRequest): readonly Buffer[] {
  const query = readQuery(request.parts, house.tree.store);
  const isRootDse = query.base === '' && query.scope === 0;
  house.note('search', query.base);
  const mayRead = isRootDse || speaker.bound !== undefined;
  return mayRead ? answerSearch(request, query, house.tree) : [writeResult(request, adResults.notBound)];
}

function modify(house: AdHouse, speaker: Speaker, request: LdapRequest): LdapResult {
  const [dn, changes] = request.parts;
  if (speaker.bound === undefined) return adResults.notBound;
  if (dn === undefined || changes === undefined) return adResults.protocolError;
  house.note('modify', readText(dn));
  const object = house.tree.store.find(readText(dn));
  if (object === undefined) return noObject(house.tree.base);
  const asker = comparableDn(speaker.bound.dn);
  const mayReset = house.resetters.some((resetter) => comparableDn(resetter) === asker);
  const rules = { policy: house.policy, clock: house.clock, isSecure: speaker.isSecure, mayReset };
  return modifyPassword(object, changes, rules);
}

function extend(house: AdHouse, speaker: Speaker, request: LdapRequest): readonly Buffer[] {
  const [name] = request.parts;
  const isStartTls = name !== undefined && readText(name) === startTls;
  if (!isStartTls || house.tls === undefined || speaker.isSecure)
    return [writeResult(request, adResults.protocolError)];
  const plain = speaker.socket;
  // In the clear, and the last that is
  plain.write(writeResult(request, adResults.success));
  plain.removeAllListeners('data');
  const secured = new TLSSocket(plain, { isServer: true, ...house.tls });
  listen(house, Object.assign(speaker, { socket: secured, isSecure: true, bound: undefined }));
  return [];
}
