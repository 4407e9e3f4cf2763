import {
  type Cipheriv,
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import type { EntityId, SessionId } from '@gakumon/terms';
import { sessionIdLength } from '../session/sessionId.ts';
import type { SealingKey, SealingKeys } from './sealingKeys.ts';

const cipher = 'aes-256-ecb';
const shape = /^_[0-9a-f]{32}$/;
/** The key for one SP, and the cipher that it was put into. */
type ServiceKey = { readonly key: KeyObject; readonly encryption: Cipheriv };

/** More SPs than people visit within minutes; what is not kept is derived again. */
const keptKeys = 1000;
const kept = new WeakMap<SealingKey, Map<EntityId, ServiceKey>>();

/**
 * What an SP calls a session in its logout requests (SAML Core 2.7.2, SessionIndex): the session's id, encrypted for this
 * SP alone. So nothing has to be stored to find the session again, one SP always hears the same name of one session, and
 * two SPs can't tell whether they hear of the same one.
 * @returns an xs:NCName: `_` and 32 hexadecimal digits
 */
export function sessionIndexFor(keys: SealingKeys, id: SessionId, entityId: EntityId): string {
  // One block of a permutation: ECB is that block itself, and knows nothing of the block before
  const { encryption } = keyFor(keys.current, entityId);
  const block = Buffer.from(id, 'base64url');
  if (block.length !== sessionIdLength) throw new RangeError('no id of a session');
  return `_${encryption.update(block).toString('hex')}`;
}

/**
 * The sessions that an SP can mean, for logout: one for each key, since an index does not say which one made it. That
 * such a session lives, and that this SP was visited in it, is for the caller to see; a made-up index names none.
 * @returns none when it is not of the form of an index
 */
export function openSessionIndex(keys: SealingKeys, entityId: EntityId, index: string): SessionId[] {
  if (!shape.test(index)) return [];
  const block = Buffer.from(index.slice(1), 'hex');
  return keys.all.map((key) => {
    const decryption = createDecipheriv(cipher, keyFor(key, entityId).key, null).setAutoPadding(false);
    const octets = Buffer.concat([decryption.update(block), decryption.final()]);
    return octets.subarray(0, sessionIdLength).toString('base64url') as SessionId;
  });
}

function keyFor(key: SealingKey, entityId: EntityId): ServiceKey {
  const ofServices = kept.get(key) ?? new Map<EntityId, ServiceKey>();
  kept.set(key, ofServices);
  const known = ofServices.get(entityId);
  if (known !== undefined) return known;
  // As its digest: an entityID may be longer than what HKDF takes here
  const octets = hkdfSync('sha256', key.sessionIndex, 'gakumon', hash('sha256', entityId, 'buffer'), 32);
  const derived = createSecretKey(Buffer.from(octets));
  const made = { key: derived, encryption: createCipheriv(cipher, derived, null).setAutoPadding(false) };
  if (ofServices.size >= keptKeys) ofServices.clear();
  ofServices.set(entityId, made);
  return made;
}
