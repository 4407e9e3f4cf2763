import type { AuthenticationFact, SessionServiceProvider, SsoSession } from '@gakumon/idp';
import { nameIdFormats, type SessionId, type Username } from '@gakumon/terms';
import { isSoundSession } from '../../changes/sound.ts';
import { readFact, readParts, toFactLine } from '../storedFact.ts';
import { formatVersion } from '../storedValue.ts';

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

/** @returns undefined when it is not what `encodeSession` writes, or cannot be true */
export function decodeSession(id: SessionId, text: unknown, now: number): SsoSession | undefined {
  if (typeof text !== 'string') return undefined;
  const lines = text.split('\n');
  const head = /^1 (\d+) (\d+) (\d+) (".*")$/s.exec(lines[0] ?? '');
  if (head === null) return undefined;
  const facts: AuthenticationFact[] = [];
  const serviceProviders: SessionServiceProvider[] = [];
  try {
    for (const line of lines.slice(1)) {
      if (line.startsWith('S')) serviceProviders.push(readVisit(readParts(line)));
      else if (line.startsWith('F')) facts.push(readFact(readParts(line)));
      else throw new TypeError('neither a fact nor a visit');
    }
    const session = {
      id,
      username: JSON.parse(head[4] ?? '') as Username,
      facts,
      serviceProviders,
      createdAt: Number(head[3]),
      idleAt: Number(head[1]),
      expiresAt: Number(head[2]),
    };
    return isSoundSession(session, now) ? session : undefined;
  } catch {
    return undefined;
  }
}

function readVisit([entityId, short, value, at]: readonly unknown[]): SessionServiceProvider {
  const format = typeof short === 'number' ? shortFormats[short] : short;
  if (typeof entityId !== 'string' || typeof format !== 'string') throw new TypeError('not a visit');
  if (typeof value !== 'string' || typeof at !== 'number') throw new TypeError('not a visit');
  return { entityId, nameId: { format, value }, at };
}
