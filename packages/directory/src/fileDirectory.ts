import { createHash, randomBytes } from 'node:crypto';
import { type AccountState, type Clock, GakumonError, type Person, type Username } from '@gakumon/terms';
import { type FilePerson, listFilePeopleMistakes } from './filePerson.ts';
import { createHashingQueue, type HashingQueue } from './hashingQueue.ts';
import { matchesHash, passwordOctets } from './password.ts';
import { defaultCost, type PasswordHash, parsePasswordHash, type ScryptCost } from './passwordHash.ts';
import { type AccountDates, closureByDate } from './people/closureByDate.ts';
import type { Directory } from './ports.ts';
import { parseTotpSecret } from './totpSecret.ts';

type Entry = {
  readonly person: Person;
  readonly dates: AccountDates;
  readonly hash: PasswordHash;
  readonly totpSecret: string | undefined;
};
type Index = { readonly entries: ReadonlyMap<Username, Entry>; readonly costs: readonly ScryptCost[] };

/**
 * The directory over users.yaml.
 * @param name the directory's name in gakumon.yaml
 * @param people gives the people of now. A reloaded document is a new array, and takes effect with the next call; one
 *   array is indexed once and must not be changed
 * @param queue shared when there are several file directories; each has its own otherwise
 * @param clock tells which accounts are open by their dates
 * @returns a directory whose methods throw GakumonError `document-invalid` for people with mistakes, and `busy` when too many logins wait
 */
export function createFileDirectory(
  name: string,
  people: () => readonly FilePerson[],
  queue: HashingQueue = createHashingQueue({ running: 2, waiting: 400 }),
  clock: Clock = Date.now,
): Directory {
  let indexed: { readonly people: readonly FilePerson[]; readonly index: Index } | undefined;
  const current = (): Index => {
    const now = people();
    if (indexed?.people !== now) {
      indexed = { people: now, index: indexPeople(name, now) };
    }
    return indexed.index;
  };

  const asOfNow = ({ person, dates }: Entry): Person => {
    const closed = person.account.closed ?? closureByDate(dates, clock());
    return closed === person.account.closed ? person : { ...person, account: { closed } };
  };

  return {
    name,
    async find(username) {
      const entry = current().entries.get(username);
      return entry && asOfNow(entry);
    },
    totpSecretOf: async (username) => current().entries.get(username)?.totpSecret,
    verifyPassword: async (username, password, options) => {
      const octets = passwordOctets(password);
      if (octets === undefined) {
        return { kind: 'rejected' };
      }
      const { entries, costs } = current();
      const entry = entries.get(username);
      const hash = entry?.hash ?? makeDummyHash(username, costs);
      const matches = await queue(() => matchesHash(octets, hash), options);
      return matches && entry !== undefined ? { kind: 'accepted', person: asOfNow(entry) } : { kind: 'rejected' };
    },
    async *listUsernames() {
      yield* current().entries.keys();
    },
  };
}

/**
 * What an unknown person's password is compared with: nothing matches it, and it costs as much as a known person's.
 * The cost is drawn by the name, so that one name always costs the same where a file holds hashes of several costs.
 */
export function makeDummyHash(username: Username, costs: readonly ScryptCost[]): PasswordHash {
  const draw = createHash('sha256').update(username).digest().readUInt32BE(0);
  const cost = costs[draw % Math.max(costs.length, 1)] ?? defaultCost;
  return { cost, salt: randomBytes(16), digest: randomBytes(32) };
}

function indexPeople(directory: string, people: readonly FilePerson[]): Index {
  const mistake = listFilePeopleMistakes(people)[0];
  if (mistake !== undefined) {
    throw new GakumonError('document-invalid', {
      detail: `directory ${directory}: people[${mistake.index}].${mistake.field}: ${mistake.message}`,
    });
  }
  const entries = new Map<Username, Entry>();
  for (const person of people) {
    const entry = toEntry(directory, person);
    entries.set(entry.person.username, entry);
  }
  return { entries, costs: [...entries.values()].map((entry) => entry.hash.cost) };
}

function toEntry(directory: string, filePerson: FilePerson): Entry {
  const { username, passwordHash, isDisabled = false, groups, totpSecret, attributes, ...dates } = filePerson;
  const hash = parsePasswordHash(passwordHash);
  if (hash === undefined) {
    throw new GakumonError('document-invalid', { detail: `directory ${directory}: password hash of ${username}` });
  }
  const passwordVersion = passwordVersionOf(passwordHash);
  const account: AccountState = isDisabled ? { closed: { reason: 'disabled' } } : {};
  return {
    hash,
    dates,
    totpSecret: totpSecret === undefined ? undefined : parseTotpSecret(totpSecret),
    person: { username: username as Username, directory, passwordVersion, account, groups, attributes },
  };
}

/** Differs for each hash, and leads back to none of them. */
export function passwordVersionOf(passwordHash: string): string {
  return createHash('sha256').update(passwordHash).digest('base64url').slice(0, 12);
}
