/**
 * Notices that the process that started this one is gone, also when it was killed: its channel closes. Without a channel
 * this is a daemon, which is left alone.
 * @returns ends the watch, so that the process can end
 */
export function watchParent(gone: () => void): () => void {
  if (!process.connected) return () => {};
  process.once('disconnect', gone);
  return () => {
    process.off('disconnect', gone);
    if (process.connected) process.disconnect();
  };
}
