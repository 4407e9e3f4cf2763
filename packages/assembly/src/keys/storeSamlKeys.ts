import { randomUUID, type X509Certificate } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  openSync,
  renameSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { link, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fingerprintOf } from '@gakumon/metadata';
import { fileTrouble, GakumonError, isGakumonError } from '@gakumon/terms';
import { type KeyPair, type KeyUse, makeKeyPair, parseCertificate, readKeyPairFiles } from '../keyPair.ts';
import { changeFile } from '../sealing/changeFile.ts';
import { addNextKey } from './changeSamlKeys.ts';
import { readSamlKeyList, readSamlKeys, type SamlKey, samlKeyListName } from './readSamlKeys.ts';
import { formatSamlKeyList, parseSamlKeyList, type SamlKeyList } from './samlKeyList.ts';

/** A pair that is to come, in PEM, and what its files are called in messages. */
export type ComingPair = {
  readonly certificatePem: Buffer;
  readonly certificateFile: string;
  /** Undefined: a certificate for a key that is here already. */
  readonly key?: { readonly pem: Buffer; readonly file: string } | undefined;
};

/**
 * Changes which pair is what. It is one file that is replaced in one step: whoever is killed in between leaves the old
 * list or the new one, and the files that it names are there.
 * @throws GakumonError `file-held`, `file-unreadable`, and what `change` throws; `key-invalid`, `key-missing` also when a
 * pair would become the current one whose files are bad: no server would start with it
 */
export async function changeSamlKeyList(
  directory: string,
  change: (list: SamlKeyList) => SamlKeyList,
): Promise<SamlKeyList> {
  const file = join(directory, samlKeyListName);
  await makeEmptyList(directory, file);
  const unusable = await findUnusable(directory);
  let changed: SamlKeyList = [];
  await changeFile(file, (text) => {
    changed = change(parseSamlKeyList(text, file));
    for (const { state, certificate } of changed) {
      const trouble = state === 'current' ? unusable.get(certificate) : undefined;
      if (trouble !== undefined) throw trouble;
    }
    return formatSamlKeyList(changed);
  });
  return changed;
}

/**
 * Puts a pair into the directory of keys and publishes it beside the current one.
 * @param now milliseconds; since when it is published
 * @returns what is there now
 * @throws GakumonError `key-invalid` when the certificate does not fit its key, the key is weak, or it is published
 * already; `key-in-use` when another next pair waits; what {@link changeSamlKeyList} throws
 */
export async function storeNextKey(
  directory: string,
  use: KeyUse,
  coming: ComingPair,
  now: number,
): Promise<Pick<KeyPair, 'certificate' | 'certificateFile'>> {
  const { all } = await readSamlKeys(directory, await readSamlKeyList(directory));
  const certificate = parseCertificate(coming.certificateFile, coming.certificatePem);
  const stem = `${use}-${fingerprintOf(certificate).slice(0, 16)}`;
  const files: [string, string | Buffer][] = [[`${stem}.crt`, certificate.toString()]];
  let key = `${stem}.key`;
  if (coming.key === undefined) key = keyFileOf(all, use, certificate, coming.certificateFile);
  else {
    const { pem, file: keyFile } = coming.key;
    makeKeyPair(use, { ...coming, keyPem: pem, keyFile });
    files.unshift([key, pem]);
  }
  refuseKnown(all, use, certificate, coming.certificateFile);
  await changeSamlKeyList(directory, (list) => {
    const changed = addNextKey(list, { use, key, certificate: `${stem}.crt`, added: now, published: now });
    // While the list is held, so that of two that do this together one writes; and before it says so.
    for (const [name, content] of files) writePlaced(directory, name, content, name === key);
    return changed;
  });
  return { certificate, certificateFile: `${stem}.crt` };
}

/** What is wrong with the pairs that do not serve now, by the names of their certificates. */
async function findUnusable(directory: string): Promise<ReadonlyMap<string, unknown>> {
  const troubles = new Map<string, unknown>();
  for (const { use, state, key, certificate } of await readSamlKeyList(directory)) {
    if (state === 'current') continue;
    const reading = readKeyPairFiles(join(directory, key), join(directory, certificate), use);
    await reading.catch((trouble: unknown) => troubles.set(certificate, trouble));
  }
  return troubles;
}

/** The file of the key that a renewed certificate is for. */
function keyFileOf(all: readonly SamlKey[], use: KeyUse, certificate: X509Certificate, file: string): string {
  const found = all.find(
    ({ entry, pair }) =>
      entry.use === use && entry.state !== 'retired' && pair && certificate.checkPrivateKey(pair.privateKey),
  );
  if (found !== undefined) return found.entry.key;
  throw new GakumonError('key-invalid', {
    detail: `${file} is the certificate of no ${use} key that is here`,
    hint: 'name its key with --key FILE',
  });
}

function refuseKnown(all: readonly SamlKey[], use: KeyUse, { fingerprint256 }: X509Certificate, file: string): void {
  const known = all.find(({ entry, pair }) => entry.use === use && pair?.certificate.fingerprint256 === fingerprint256);
  if (known === undefined) return;
  throw new GakumonError('key-invalid', {
    detail: `${file} is the certificate of the ${known.entry.state} ${use} key already`,
  });
}

/** An empty list says what no list says. Whoever may read the signing key may read it, from its first moment. */
async function makeEmptyList(directory: string, file: string): Promise<void> {
  const fresh = `${file}.${randomUUID()}`;
  try {
    if (await isThere(file)) return;
    const like = await stat(join(directory, 'signing.key'));
    writeSynced(fresh, '', like, 0o600 | (like.mode & 0o040));
    // Unlike a renaming, it takes nobody's list away who was faster.
    await link(fresh, file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw new GakumonError('file-unreadable', { detail: `${file} ${fileTrouble(cause)}`, cause });
  } finally {
    await rm(fresh, { force: true });
  }
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** Writes a file beside the list, for good and whole, with the owner and the group that the list has. */
function writePlaced(directory: string, name: string, content: string | Buffer, secret: boolean): void {
  const file = join(directory, name);
  try {
    const like = statSync(join(directory, samlKeyListName));
    const fresh = `${file}.new`;
    writeSynced(fresh, content, like, secret ? 0o600 | (like.mode & 0o040) : 0o644);
    renameSync(fresh, file);
  } catch (cause) {
    if (isGakumonError(cause)) throw cause;
    throw new GakumonError('file-unreadable', { detail: `${file} ${fileTrouble(cause)}`, cause });
  }
}

function writeSynced(file: string, content: string | Buffer, { uid, gid }: Stats, mode: number): void {
  const handle = openSync(file, 'w', 0o600);
  try {
    writeFileSync(handle, content);
    const own = statSync(file);
    if (own.uid !== uid || own.gid !== gid) chownSync(file, uid, gid);
    chmodSync(file, mode);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
