import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { readRegularFile } from '@gakumon/files';
import type { PublishedKey } from '@gakumon/metadata';
import type { SigningKey } from '@gakumon/saml';
import { GakumonError, isGakumonError } from '@gakumon/terms';
import { type KeyPair, readKeyPairFiles } from '../keyPair.ts';
import { signingKeyOf } from '../signingKey.ts';
import { keyUses, parseSamlKeyList, type SamlKeyEntry, type SamlKeyList } from './samlKeyList.ts';

/** A pair with what its files hold; undefined when they are not there or wrong. */
export type SamlKey = { readonly entry: SamlKeyEntry; readonly pair: KeyPair | undefined };

/** The keys that SAML messages are signed and decrypted with. */
export type SamlKeys = {
  readonly all: readonly SamlKey[];
  /** Signs from now on. */
  readonly signingKey: SigningKey;
  /** Every one that is present, the current one first: an SP may encrypt by an old copy of our metadata. */
  readonly decryptionKeys: readonly KeyObject[];
  /** What our metadata names: of each use the current one first, since many SPs encrypt to the first. */
  readonly published: readonly PublishedKey[];
  /** What is wrong with pairs that nobody logs in by, in words. */
  readonly troubles: readonly string[];
};

export const samlKeyListName = 'saml-keys.json';
/** As long as `changeFile` writes one, octets. */
const longestList = 65_536;
const order = ['current', 'next', 'former', 'retired'] as const;

/**
 * Reads which pairs there are; without a list those of the installation, `signing` and `encryption`.
 * @throws GakumonError `key-invalid`, `file-unreadable`
 */
export async function readSamlKeyList(directory: string): Promise<SamlKeyList> {
  const file = join(directory, samlKeyListName);
  try {
    return parseSamlKeyList((await readRegularFile(file, longestList)).toString('utf8'), file);
  } catch (error) {
    if (!isGakumonError(error) || (error.cause as NodeJS.ErrnoException | undefined)?.code !== 'ENOENT') throw error;
    return parseSamlKeyList('', file);
  }
}

/**
 * Reads the pairs. The current ones must be there and good; what is wrong with the others keeps nobody from logging in
 * and is told in `troubles`; a retired one may be gone.
 * @param before what was read last: a pair whose files went bad since stays as it was
 * @throws GakumonError `key-missing`, `key-invalid`, `file-unreadable`
 */
export async function readSamlKeys(
  directory: string,
  list: SamlKeyList,
  before: readonly SamlKey[] = [],
): Promise<SamlKeys> {
  const troubles: string[] = [];
  const all: SamlKey[] = [];
  // One after the other, so that of several things amiss the same one is told every time.
  for (const entry of inOrder(list)) all.push({ entry, pair: await readPair(directory, entry, troubles, before) });
  const current = all.find(({ entry }) => entry.use === 'signing' && entry.state === 'current')?.pair;
  if (current === undefined) throw new GakumonError('key-missing', { detail: `${directory} has no signing key` });
  return {
    all,
    signingKey: signingKeyOf(current),
    decryptionKeys: decryptionKeysOf(all),
    published: all.flatMap(publishedKeyOf),
    troubles,
  };
}

const inOrder = (list: SamlKeyList): readonly SamlKeyEntry[] =>
  keyUses.flatMap((use) =>
    order.flatMap((state) => list.filter((entry) => entry.use === use && entry.state === state)),
  );

async function readPair(
  directory: string,
  entry: SamlKeyEntry,
  troubles: string[],
  before: readonly SamlKey[],
): Promise<KeyPair | undefined> {
  const { use, state, key, certificate } = entry;
  try {
    return await readKeyPairFiles(join(directory, key), join(directory, certificate), use);
  } catch (error) {
    if (state === 'current' || !isGakumonError(error)) throw error;
    if (state !== 'retired') troubles.push(`the ${state} ${use} key: ${error.detail ?? error.code}`);
    return before.find((one) => one.entry.key === key && one.entry.certificate === certificate)?.pair;
  }
}

/** A certificate that was renewed over the same key is one key. */
function decryptionKeysOf(all: readonly SamlKey[]): readonly KeyObject[] {
  const keys: KeyObject[] = [];
  for (const { entry, pair } of all) {
    if (entry.use !== 'encryption' || pair === undefined) continue;
    if (!keys.some((key) => key.equals(pair.privateKey))) keys.push(pair.privateKey);
  }
  return keys;
}

function publishedKeyOf({ entry: { use, state }, pair }: SamlKey): readonly PublishedKey[] {
  if (state === 'retired' || pair === undefined) return [];
  return [{ use, certificate: pair.certificate.raw.toString('base64') }];
}
