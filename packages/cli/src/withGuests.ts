import type { GuestDesk } from '@gakumon/assembly';
import type { Config, DirectoryConfig } from '@gakumon/config';
import type { Guest } from '@gakumon/directory';
import { GakumonError } from '@gakumon/terms';
import type { CliContext } from './context.ts';
import { type OpenedPeople, withPeopleOf } from './withPeople.ts';
import { type StaffAccess, withStaffIdp } from './withStaffIdp.ts';

/** What a command about guests works with. */
export type GuestAccess = GuestDesk & {
  readonly access: StaffAccess;
  /** Where the configuration tells of them. */
  readonly directory: DirectoryConfig;
  readonly people: OpenedPeople;
};

/** Opens the guests and everybody who may answer for them for as long as `work` takes, beside running servers. */
export function withGuests<T>(context: CliContext, work: (guests: GuestAccess) => Promise<T>): Promise<T> {
  return withStaffIdp(context, async (access) => {
    const { config, idp, sealed, departures } = access;
    const directory = requireGuestDirectory(config);
    const { createSealedGuests } = await import('@gakumon/assembly');
    const sources = { records: { sealed, keys: idp.sealingKeys, departures } };
    return withPeopleOf(config, context, sources, (people) => {
      const records = createSealedGuests(sealed, idp.sealingKeys);
      const find: GuestDesk['find'] = async (username) => (await people.find(username))?.person;
      return work({ idp, departures, records, find, access, directory, people });
    });
  });
}

/** @throws GakumonError `config-invalid` */
function requireGuestDirectory({ directory, file }: Config): DirectoryConfig {
  const found = directory.find(({ kind }) => kind === 'guests');
  if (found !== undefined) return found;
  throw new GakumonError('config-invalid', {
    detail: `${file}: directory: none of them is that of the guests`,
    hint: 'directory: - { name: guests, guests: true }, behind the others',
  });
}

/** One for scripts. */
export function describeGuest({ username, sponsor, createdAt, expiresAt, groups, attributes, ...guest }: Guest) {
  return {
    user: username,
    sponsor,
    since: new Date(createdAt).toISOString(),
    until: new Date(expiresAt).toISOString(),
    mustChangePassword: guest.mustChangePassword,
    groups,
    attributes,
  };
}
