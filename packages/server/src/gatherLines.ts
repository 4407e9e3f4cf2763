/** Takes text, line by line. */
type LineStream = { write(text: string): unknown };

/** Hands on what has waited so far. */
export type GatheredLines = LineStream & { flush(): void };

/** So long a line waits for others, milliseconds, or until so many characters are together. */
const longestWait = 100;
const enough = 8192;

/**
 * Writes lines together, since each write costs a system call. What still waits goes out when the process ends in any way
 * but a kill that it cannot notice.
 * @param stream must have written when `write` comes back
 */
export function gatherLines(stream: LineStream): GatheredLines {
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const text = waiting;
    waiting = '';
    if (text !== '') stream.write(text);
  };
  process.once('exit', flush);
  return {
    flush,
    write: (line) => {
      waiting += line;
      if (waiting.length >= enough) flush();
      else timer ??= setTimeout(flush, longestWait).unref();
    },
  };
}
