import type { AuthenticationFact, SessionServiceProvider, SsoSession } from '@gakumon/idp';
import { nameIdFormats, type SessionId, type Username } from '@gakumon/terms';
import { readFact, readParts, toFactLine } from '../storedFact.ts';
import { foreignValue, formatVersion } from '../storedValue.ts';

/** Formats that are written as their place here, which is half of a visit saved. The order is part of the form. */
const shortFormats: readonly string[] = [
  nameIdFormats.transient,
  nameIdFormats.persistent,
  nameIdFormats.emailAddress,
  nameIdFormats.unspecified,
];

/** A session as its value: a head line, then a line for each fact and for each visit, oldest first. */
export function encodeSession(session: SsoSession): string {
  const { idleAt, expiresAt, createdAt, username } = session;
  return [
    `${formatVersion} ${idleAt} ${expiresAt} ${createdAt} ${JSON.stringify(username)}`,
    ...session.facts.map(toFactLine),
    ...session.serviceProviders.map(toVisitLine),
  ].join('\n');
}

/** A visit as one line; those to the same SP begin with the same `toVisitPrefix`, and no others do. */
export function toVisitLine({ entityId, nameId, at }: SessionServiceProvider): string {
  const place = shortFormats.indexOf(nameId.format);
  return `S${JSON.stringify([entityId, place < 0 ? nameId.format : place, nameId.value, at])}`;
}

export function toVisitPrefix(entityId: string): string {
  return `S[${JSON.stringify(entityId)},`;
}

/** @throws GakumonError `store-unavailable` when it is not what `encodeSession` writes */
export function decodeSession(key: string, id: SessionId, text: string): SsoSession {
  const lines = text.split('\n');
  const head = /^1 (\d+) (\d+) (\d+) (".*")$/s.exec(lines[0] ?? '');
  if (head === null) throw foreignValue(key);
  const facts: AuthenticationFact[] = [];
  const serviceProviders: SessionServiceProvider[] = [];
  try {
    for (const line of lines.slice(1)) {
      if (line.startsWith('S')) serviceProviders.push(readVisit(readParts(line)));
      else if (line.startsWith('F')) facts.push(readFact(readParts(line)));
      else throw new TypeError('neither a fact nor a visit');
    }
    return {
      id,
      username: JSON.parse(head[4] ?? '') as Username,
      facts,
      serviceProviders,
      createdAt: Number(head[3]),
      idleAt: Number(head[1]),
      expiresAt: Number(head[2]),
    };
  } catch (error) {
    throw foreignValue(key, error);
  }
}

function readVisit([entityId, short, value, at]: readonly unknown[]): SessionServiceProvider {
  const format = typeof short === 'number' ? shortFormats[short] : short;
  if (typeof entityId !== 'string' || typeof format !== 'string') throw new TypeError('not a visit');
  if (typeof value !== 'string' || typeof at !== 'number') throw new TypeError('not a visit');
  return { entityId, nameId: { format, value }, at };
}
