import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/**
 * Has this process work only when nobody else wants to. On Linux a priority is that of one thread, and those of V8, which
 * compile and collect garbage, are there before any program runs; threads that come later have that of their maker.
 */
export function giveWay(): void {
  // Another system may not allow it, and nothing depends on it.
  try {
    setPriority(constants.priority.PRIORITY_LOW);
    for (const thread of readdirSync('/proc/self/task')) setPriority(Number(thread), constants.priority.PRIORITY_LOW);
  } catch {}
}
