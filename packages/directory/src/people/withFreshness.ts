import { type Clock, isGakumonError, type Person, type Username } from '@gakumon/terms';
import type { Directory, KnownVersion } from '../ports.ts';
import type { SourceReport } from '../sources/report.ts';
import { createBoundedCache } from './boundedCache.ts';
import { createPersonTurns, type Turn } from './personTurns.ts';

/** Durations in milliseconds. */
export type Freshness = {
  /** How old an answer from memory may be. */
  readonly age: number;
  /** How many people at most. */
  readonly entries: number;
  /** How much older while the directory, or a source that must not be missing, is away. */
  readonly away: number;
};

export type FreshnessOptions = Freshness & { readonly clock: Clock; readonly report: SourceReport };

export type FreshDirectory = Directory & {
  /** Has the next `find` ask the directory. */
  readonly invalidate: (username: Username) => void;
  /** How many people are in memory. */
  readonly remembered: () => number;
};

type Entry = { readonly person: Person; readonly readAt: number };
type Asked = { readonly answer: Promise<Person | undefined>; readonly turn: Turn };

/** Somebody of whom a source that was away said nothing is asked for again soon, milliseconds. */
const incompleteAge = 30_000;

const isOther = ({ person }: Entry, known: KnownVersion | undefined): boolean =>
  known !== undefined && person.passwordVersion !== known.passwordVersion;

/**
 * A directory that answers `find` from memory while that is fresh enough, and asks once for all who want to know of the
 * same person meanwhile. What a password check or change tells is known at once; that nobody is called so, and that
 * something failed, is never kept.
 */
export function withFreshness(directory: Directory, options: FreshnessOptions): FreshDirectory {
  const { age, entries, away, clock, report } = options;
  const kept = createBoundedCache<Entry>(entries);
  const turns = createPersonTurns();
  const asked = new Map<Username, Asked>();
  let isBridging = false;

  const isYoung = ({ person, readAt }: Entry, most: number): boolean => {
    const old = clock() - readAt;
    const allowed = person.sourcesAway === undefined ? most : Math.min(most, incompleteAge);
    // A clock that was set back must not keep anybody for longer
    return old >= 0 && old < allowed;
  };

  function keep(username: Username, person: Person | undefined, readAt: number): void {
    if (person === undefined) kept.delete(username);
    else kept.set(username, { person, readAt });
  }

  async function read(username: Username, turn: Turn): Promise<Person | undefined> {
    const readAt = clock();
    try {
      const person = await directory.find(username);
      endBridging();
      // What was told meanwhile is newer than this answer
      if (!turn.isNews()) return kept.get(username)?.person ?? (await directory.find(username));
      turn.tell();
      keep(username, person, readAt);
      return person;
    } finally {
      turn.end();
    }
  }

  /** One question for all who ask while it is under way, unless something was told since it began. */
  function ask(username: Username): Promise<Person | undefined> {
    const under = asked.get(username);
    if (under?.turn.isNews()) return under.answer;
    const turn = turns.begin(username);
    const answer = read(username, turn).finally(() => {
      if (asked.get(username)?.turn === turn) asked.delete(username);
    });
    asked.set(username, { answer, turn });
    return answer;
  }

  /** @throws what failed, where memory has nobody that is young enough, or only from before another password was proved */
  function bridgeOver(username: Username, known: KnownVersion | undefined, error: unknown): Person {
    const code = isGakumonError(error) ? error.code : undefined;
    if (code !== 'directory-unavailable' && code !== 'source-unavailable') throw error;
    const entry = kept.get(username);
    if (entry === undefined || isOther(entry, known) || !isYoung(entry, age + away)) throw error;
    if (!isBridging) {
      const message = 'a directory is away, and people are answered for as they were known before (freshness.away)';
      report({ level: 'warn', message, fields: { directory: directory.name } });
    }
    isBridging = true;
    return entry.person;
  }

  function endBridging(): void {
    if (!isBridging) return;
    isBridging = false;
    report({ level: 'info', message: 'a directory answers again', fields: { directory: directory.name } });
  }

  const { changePassword } = directory;
  return {
    ...directory,
    async find(username, known) {
      const entry = kept.get(username);
      if (entry !== undefined && !isOther(entry, known) && isYoung(entry, age)) return entry.person;
      return ask(username).catch((error) => bridgeOver(username, known, error));
    },
    async verifyPassword(username, password, verifyOptions) {
      const turn = turns.begin(username);
      const readAt = clock();
      try {
        const verdict = await directory.verifyPassword(username, password, verifyOptions);
        if (verdict.kind !== 'accepted' || !turn.isNews()) return verdict;
        turn.tell();
        keep(username, verdict.person, readAt);
        return verdict;
      } finally {
        turn.end();
      }
    },
    ...(changePassword && {
      async changePassword(username, passwords) {
        const turn = turns.begin(username);
        const readAt = clock();
        try {
          const change = await changePassword(username, passwords);
          if (change.kind !== 'changed') return change;
          turn.tellChange();
          // What a source should have said must not be missing for long
          keep(username, change.person.sourcesAway === undefined ? change.person : undefined, readAt);
          return change;
        } catch (error) {
          // It may have been changed all the same
          turn.tellChange();
          kept.delete(username);
          throw error;
        } finally {
          turn.end();
        }
      },
    }),
    invalidate(username) {
      turns.invalidate(username);
      kept.delete(username);
    },
    remembered: () => kept.size(),
  } satisfies FreshDirectory;
}
