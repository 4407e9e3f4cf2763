import { readFileSync } from 'node:fs';

/**
 * Under npm, calls back when npm is gone, also when it was killed and could tell nobody: then this process, or the shell
 * that npm put in between, gets another parent. Does nothing when npm did not start this process.
 * @param {() => void} gone
 */
export function watchNpm(gone) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parents = currentParents();
  const timer = setInterval(() => {
    if (currentParents() === parents) return;
    clearInterval(timer);
    gone();
  }, 250).unref();
}

/** The parent, and behind a shell its parent too; in words that only serve to be compared. */
function currentParents() {
  try {
    // Linux: pid (name) state parent …
    const [, name, parent] = /\((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${process.ppid}/stat`, 'utf8')) ?? [];
    return /^(ba|da|z|k)?sh$/.test(name) ? `${process.ppid} ${parent}` : `${process.ppid}`;
  } catch {
    return `${process.ppid}`;
  }
}
