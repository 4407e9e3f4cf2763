/**
 * Calls `onPassed` when so many milliseconds have gone by. When the event loop itself stood still meanwhile, what has
 * arrived is read first: an answer that is there is not late.
 * @returns cancels it
 */
export function startDeadline(milliseconds: number, onPassed: () => void): () => void {
  let lastTurn: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    lastTurn = setImmediate(onPassed);
  }, milliseconds);
  return () => {
    clearTimeout(timer);
    clearImmediate(lastTurn);
  };
}
