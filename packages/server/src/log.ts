import { type DestinationStream, destination, pino } from 'pino';
import { gatherLines } from './gatherLines.ts';

/** One answered request. Holds no query, no form and no cookie: passwords, messages and attempts travel in those. */
export type RequestLine = {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly address: string;
};

/** A refusal under its case reference. What people typed is in it as JSON, whose escapes keep it on one line. */
export type RefusalLine = {
  readonly requestId: string;
  readonly address: string;
  readonly case: string | undefined;
  readonly code: string;
  readonly detail: string | undefined;
  readonly serviceProvider: string | undefined;
  /** As normalised; only where the help desk has to tell whose login it was. */
  readonly username: string | undefined;
};

/** The log of this door: JSON, a line per event. Only lines about answers may wait a moment for others. */
export type Log = {
  answered(line: RequestLine): void;
  refused(line: RefusalLine): void;
  /** Something that should not have happened; with its stack. */
  failed(line: RefusalLine, error: unknown): void;
  /** Writes what waits. */
  flush(): void;
};

/** @param stream where the lines go; standard error when left out */
export function createLog(
  stream: DestinationStream & { flush?(): void } = gatherLines(destination({ dest: 2, sync: true })),
): Log {
  const write = (line: string): void => stream.write(plain.test(line) ? line : line.replace(steering, escapeUnits));
  const flush = (): void => stream.flush?.();
  const options = { base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const logger = pino({ ...options, formatters: { log: boundFields }, serializers: { err: boundError } }, { write });
  // A line for each answer, with one field that a stranger can make long.
  const answers = pino(options, { write });
  return {
    answered: (line) => answers.info({ ...line, path: cut(line.path, longestText) }, 'answered'),
    refused: (line) => {
      logger.warn(line, 'refused');
      flush();
    },
    failed: (line, error) => {
      logger.error({ ...line, err: error }, 'failed');
      flush();
    },
    flush,
  };
}

const longestText = 1_000;
const longestStack = 8_000;
/** What JSON leaves as it is and a terminal or a reader of lines obeys: C1, other ends of lines, directions, invisibles. */
const steering = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Nothing to look for in it. */
const plain = /^[\n -~]*$/;

/** As JSON escapes: whoever parses the line gets the very text. */
function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}

/** Whoever sends a request must not fill the disk with one line. */
function boundFields(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, boundValue(value)]));
}

function boundValue(value: unknown): unknown {
  if (typeof value === 'string') return cut(value, longestText);
  if (Array.isArray(value)) return value.map(boundValue);
  return value;
}

/** Anything can be thrown, also what is no Error. */
function boundError(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return boundValue(error);
  const { stack, ...fields } = pino.stdSerializers.err(error as Error);
  return { ...boundFields(fields), stack: cut(String(stack), longestStack) };
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}… (${text.length} characters)` : text;
}
