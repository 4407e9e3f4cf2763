import type { Environment } from '@gakumon/config';

/**
 * Notices that the process that started this one is gone, also when it was killed and could tell nobody: its channel
 * closes, or, under npm, this process gets another parent. A daemon whose shell goes away is left alone.
 * @returns ends the watch, so that the process can end
 */
export function watchParent(env: Environment, gone: () => void): () => void {
  if (process.connected) {
    process.once('disconnect', gone);
    return () => {
      process.off('disconnect', gone);
      if (process.connected) process.disconnect();
    };
  }
  if (env.npm_lifecycle_event === undefined) return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) gone();
  }, 250).unref();
  return () => clearInterval(timer);
}
