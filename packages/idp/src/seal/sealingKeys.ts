import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { GakumonError } from '@gakumon/terms';

/**
 * A 256-bit key with the id that stands in front of whatever it sealed. As KeyObjects, which node:crypto takes five times
 * as fast as octets.
 */
export type SealingKey = {
  /** Four octets as eight lower-case hex digits. */
  readonly id: string;
  readonly encryption: KeyObject;
  readonly authentication: KeyObject;
  /** For what is kept in the records. */
  readonly atRest: KeyObject;
  /** Out of it come the keys for what each SP calls a session. */
  readonly sessionIndex: KeyObject;
  readonly transientId: KeyObject;
  /** Signs the cookies that name page states. */
  readonly pageState: KeyObject;
  /** Names the browsers that people have logged in with. */
  readonly knownPlace: KeyObject;
};

/**
 * The keys that nodes share: one seals, all of them open, so that a rotation ends nobody's login. They change while the
 * program runs: ask anew each time.
 */
export type SealingKeys = {
  readonly current: SealingKey;
  readonly all: readonly SealingKey[];
  /** Ids of keys that were taken away for good: no node is to seal with them, and none will come to open what they sealed. */
  readonly retired: readonly string[];
};

/**
 * Derives the keys for sealing and for form tokens out of one secret each, so that no key serves two purposes.
 * @param secrets the one that seals first; at least 32 octets each
 * @param retired ids of keys that were taken away for good
 * @throws GakumonError `key-invalid`
 */
export function makeSealingKeys(secrets: readonly Uint8Array[], retired: readonly string[] = []): SealingKeys {
  const all = secrets.map(deriveKey);
  const [current] = all;
  if (current === undefined) throw new GakumonError('key-missing', { detail: 'no sealing key' });
  // One that is back, out of a backup, is not gone.
  return { current, all, retired: retired.filter((id) => !all.some((key) => key.id === id)) };
}

function deriveKey(secret: Uint8Array): SealingKey {
  if (secret.length < 32) throw new GakumonError('key-invalid', { detail: 'a sealing key needs 32 octets' });
  const derive = (purpose: string, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, 'gakumon', purpose, length));
  const deriveSecretKey = (purpose: string): KeyObject => createSecretKey(derive(purpose, 32));
  return {
    id: derive('key id', 4).toString('hex'),
    encryption: deriveSecretKey('seal'),
    authentication: deriveSecretKey('form token'),
    atRest: deriveSecretKey('at rest'),
    sessionIndex: deriveSecretKey('session index'),
    transientId: deriveSecretKey('transient id'),
    pageState: deriveSecretKey('page state'),
    knownPlace: deriveSecretKey('known place'),
  };
}
