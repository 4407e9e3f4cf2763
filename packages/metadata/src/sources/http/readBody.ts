import type { IncomingMessage } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isGakumonError } from '@gakumon/terms';
import type { Deadlines } from './deadlines.ts';
import { explainFailure } from './explainFailure.ts';
import type { FetchLimits } from './fetchLimits.ts';
import type { Refuse } from './refusal.ts';
import { watchBeginning } from './watchBeginning.ts';

export type BodyOptions = {
  readonly encoding: 'gzip' | 'identity';
  readonly limits: FetchLimits;
  readonly deadlines: Deadlines;
  readonly refuse: Refuse;
  /** Called with the octets that came over the wire so far. */
  readonly onProgress: ((octets: number) => void) | undefined;
};

type Pieces = AsyncIterable<Uint8Array>;

/**
 * The document of an answer, unpacked, in pieces as they come; it may be read once, and has to be read. Ends the exchange.
 * @throws GakumonError `metadata-fetch`, `interrupted`
 */
export async function* readBody(answer: IncomingMessage, options: BodyOptions): AsyncGenerator<Uint8Array> {
  const { encoding, limits, deadlines, refuse } = options;
  try {
    const wire = bounded(tellProgress(answer, options), limits.wire, () =>
      refuse(`more than the ${limits.wire} octets that are allowed came over the wire`),
    );
    const decoded = encoding === 'gzip' ? unpack(wire) : wire;
    const document = bounded(decoded, limits.decoded, () =>
      refuse(`unpacked, the document has more than the ${limits.decoded} octets that are allowed`),
    );
    yield* watchBeginning(document, refuse);
    deadlines.signal.throwIfAborted();
  } catch (error) {
    if (deadlines.signal.aborted) throw deadlines.signal.reason;
    throw isGakumonError(error) ? error : explainFailure(error, refuse);
  } finally {
    deadlines.end();
    answer.destroy();
  }
}

async function* tellProgress(answer: IncomingMessage, { deadlines, onProgress }: BodyOptions): AsyncGenerator<Buffer> {
  let octets = 0;
  deadlines.enter('idle');
  for await (const piece of answer as AsyncIterable<Buffer>) {
    octets += piece.length;
    deadlines.received(piece.length);
    onProgress?.(octets);
    yield piece;
  }
}

async function* bounded(pieces: Pieces, most: number, refuse: () => Error): AsyncGenerator<Uint8Array> {
  let octets = 0;
  for await (const piece of pieces) {
    octets += piece.length;
    if (octets > most) throw refuse();
    yield piece;
  }
}

function unpack(wire: Pieces): Pieces {
  // What goes wrong before it destroys it with the same error, and so reaches its reader.
  return pipeline(Readable.from(wire), createGunzip({ chunkSize: 65_536 }), () => {});
}
