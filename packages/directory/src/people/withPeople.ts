import type { Person } from '@gakumon/terms';
import type { Directory } from '../ports.ts';

/** A directory that tells of the same people in another way: wherever it hands one out, the person goes through `change`. */
export function withPeople(directory: Directory, change: (person: Person) => Person): Directory {
  const { changePassword } = directory;
  return {
    ...directory,
    async find(username, known) {
      const person = await directory.find(username, known);
      return person && change(person);
    },
    async verifyPassword(username, password, options) {
      const verdict = await directory.verifyPassword(username, password, options);
      return verdict.kind === 'accepted' ? { ...verdict, person: change(verdict.person) } : verdict;
    },
    ...(changePassword && {
      async changePassword(username, passwords) {
        const changed = await changePassword(username, passwords);
        return changed.kind === 'changed' ? { ...changed, person: change(changed.person) } : changed;
      },
    }),
  };
}
