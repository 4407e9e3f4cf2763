import type { Guest, GuestRecords } from '@gakumon/directory';
import { openAtRest, type SealingKeys, sealAtRest } from '@gakumon/idp';
import type { SealedRecord, SealedRecords } from '@gakumon/stores';
import { GakumonError, type Username } from '@gakumon/terms';

/** Of the sealed records; each is named by the guest. */
const guestKind = 'guest';
const formatVersion = 1;

/**
 * The guests of the university, each as one sealed record. One that does not open is `secret-unopenable`, and one of a
 * newer release `records-newer`: never "there is none", or a later directory would speak about somebody of that name.
 */
export function createSealedGuests(sealed: SealedRecords, keys: SealingKeys): GuestRecords {
  const open = (record: SealedRecord): Guest => decode(record.name as Username, openAtRest(keys, record));
  return {
    async find(username) {
      const record = await sealed.find(guestKind, username);
      return record && { guest: open(record), revision: record.revision };
    },
    list: async () => (await sealed.list(guestKind)).map(open),
    replace: (guest, seen) => sealed.replace(sealAtRest(keys, guestKind, guest.username, encode(guest)), seen),
    remove: (username) => sealed.remove(guestKind, username),
  };
}

const encode = (guest: Guest): Buffer => Buffer.from(JSON.stringify({ version: formatVersion, ...guest }), 'utf8');

/** The seal proves that one of us wrote it, under this name; only which release is not certain. */
function decode(username: Username, octets: Buffer): Guest {
  const { version, ...guest } = JSON.parse(octets.toString('utf8')) as Guest & { readonly version: number };
  if (version !== formatVersion) {
    throw new GakumonError('records-newer', { detail: `the guest ${username} has form ${version}` });
  }
  return { ...guest, username };
}
