import type { KeyObject } from 'node:crypto';
import { readXml } from '../xml/readXml.ts';
import {
  createEnvelopedVerifier,
  type VerifiedBy,
  type VerifiedSink,
  type VerifyOptions,
} from './envelopedVerifier.ts';

/**
 * Verifies the enveloped signature of a document that comes in pieces of any size, in one pass and in constant memory.
 * @param keys from metadata or configuration, never from the document
 * @param sink gets the very bytes that are hashed, in pieces, and sees what they were written from; nothing of it may be
 *   believed before the promise is fulfilled
 * @throws GakumonError as `verifyEnveloped` does, and whatever the pieces or the sink throw; no more pieces are asked
 *   for then
 */
export async function verifyEnvelopedStream(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  keys: readonly KeyObject[],
  options: VerifyOptions,
  sink: VerifiedSink,
): Promise<VerifiedBy> {
  const verifier = createEnvelopedVerifier(keys, options, sink);
  const reader = readXml(verifier.add, options);
  for await (const piece of pieces) reader.write(piece);
  reader.end();
  return verifier.finish();
}
