import { type DestinationStream, destination, pino } from 'pino';

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

/** The log of this door: JSON, a line per event. */
export type Log = {
  answered(line: RequestLine): void;
  refused(line: RefusalLine): void;
  /** Something that should not have happened; with its stack. */
  failed(line: RefusalLine, error: unknown): void;
  notReady(problems: readonly string[]): void;
};

/** @param stream where the lines go; standard error when left out */
export function createLog(stream: DestinationStream = destination(2)): Log {
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
  return {
    answered: (line) => logger.info(line, 'answered'),
    refused: (line) => logger.warn(line, 'refused'),
    failed: (line, error) => logger.error({ ...line, err: error }, 'failed'),
    notReady: (problems) => logger.error({ problems }, 'not ready'),
  };
}
