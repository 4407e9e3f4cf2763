import type { Username } from '@gakumon/terms';

/** Where a question stands among those about the same person. */
export type Turn = {
  /** Whether what it brings is still news: nothing that began later, or was done meanwhile, has been told already. */
  readonly isNews: () => boolean;
  /** What it brought is told: whatever began before it is news no more. */
  readonly tell: () => void;
  /** Something was changed by it: whatever began before this moment is news no more. */
  readonly tellChange: () => void;
  /** To be called in any case. */
  readonly end: () => void;
};

export type PersonTurns = {
  readonly begin: (username: Username) => Turn;
  /** What runs now is news no more. */
  readonly invalidate: (username: Username) => void;
  readonly size: () => number;
};

type Running = { count: number; barrier: number };

/**
 * Keeps questions about one person apart that overtake each other: a slow answer from before a change must not undo what
 * is known since. It remembers only persons about whom something is being asked.
 */
export function createPersonTurns(): PersonTurns {
  const running = new Map<Username, Running>();
  let last = 0;

  function enter(username: Username): Running {
    const entry = running.get(username) ?? { count: 0, barrier: 0 };
    entry.count += 1;
    running.set(username, entry);
    return entry;
  }

  return {
    begin(username) {
      const entry = enter(username);
      last += 1;
      const began = last;
      return {
        isNews: () => began > entry.barrier,
        tell: () => {
          entry.barrier = Math.max(entry.barrier, began);
        },
        tellChange: () => {
          last += 1;
          entry.barrier = last;
        },
        end: () => {
          entry.count -= 1;
          if (entry.count === 0) running.delete(username);
        },
      };
    },
    invalidate(username) {
      const entry = running.get(username);
      if (entry === undefined) return;
      last += 1;
      entry.barrier = last;
    },
    size: () => running.size,
  };
}
