import type { Authenticator, PendingTotp, PersonAuthenticators } from '@gakumon/mfa';
import type { Person } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { ofPerson } from '../session/ofPerson.ts';

/** The record of a login name, as it is of one person: of whom another directory knows by that name it shows nothing. */
export type OwnRecord = {
  /** @throws GakumonError `store-unavailable` */
  find(): Promise<PersonAuthenticators>;
  /** As `AuthenticatorRecords.change`. What is written is bound to the person's directory; that of others stays as it is. */
  change(edit: (now: PersonAuthenticators) => PersonAuthenticators): Promise<PersonAuthenticators>;
};

/** Whose authenticators are looked up: a login name alone names nobody. */
export type RecordOwner = Pick<Person, 'username' | 'directory'>;

/** The way to somebody's own authenticators. */
export function ownRecord(idp: Pick<Idp, 'authenticators' | 'directories'>, owner: RecordOwner): OwnRecord {
  const own = ({ authenticators, pendingTotps, ...record }: PersonAuthenticators): PersonAuthenticators => ({
    ...record,
    authenticators: ofPerson(authenticators, owner, idp.directories()),
    pendingTotps: ofPerson(pendingTotps, owner, idp.directories()),
  });
  const bind = <T extends Authenticator | PendingTotp>(one: T): T => ({ ...one, directory: owner.directory });
  return {
    find: async () => own(await idp.authenticators.find(owner.username)),
    async change(edit) {
      const written = await idp.authenticators.change(owner.username, (record) => {
        const now = own(record);
        const next = edit(now);
        return {
          ...next,
          authenticators: [...except(record.authenticators, now.authenticators), ...next.authenticators.map(bind)],
          pendingTotps: [...except(record.pendingTotps, now.pendingTotps), ...next.pendingTotps.map(bind)],
        };
      });
      return own(written);
    },
  };
}

const except = <T>(all: readonly T[], own: readonly T[]): readonly T[] => all.filter((one) => !own.includes(one));
