import { GakumonError } from '@gakumon/terms';
import { createDocumentCanonicaliser } from './canonicalForm.ts';
import { type CanonicalSink, createWatchedAdd } from './canonicalSink.ts';
import { maximumCanonicalBytes, type XmlLimits } from './limits.ts';
import type { XmlEventSink } from './nodes.ts';
import { readXml } from './readXml.ts';

/**
 * Writes the root of a document that comes in pieces of any size in exclusive canonical form without comments, in one
 * pass and in constant memory. It verifies nothing: for documents that are believed because of how they came. A
 * Signature in it is content like all else.
 * @param limits what differs from those for messages
 * @throws GakumonError `xml-encoding`, `xml-malformed`, `xml-doctype`, `xml-limit`, and whatever the pieces or the sink
 *   throw; no more pieces are asked for then
 */
export async function canonicaliseStream(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limits: Partial<XmlLimits>,
  sink: CanonicalSink,
): Promise<void> {
  const canonicaliser = createDocumentCanonicaliser({ comments: false }, boundedWrite(sink.write, limits));
  const reader = readXml(withoutOutside(createWatchedAdd(sink, canonicaliser, canonicaliser.add)), limits);
  for await (const piece of pieces) reader.write(piece);
  reader.end();
  canonicaliser.finish();
}

/** @throws GakumonError `xml-limit` from the function, when the canonical form is too large for such a document */
export function boundedWrite(
  write: (octets: Uint8Array) => void,
  limits: Partial<XmlLimits>,
): (octets: Uint8Array) => void {
  const maximum = maximumCanonicalBytes(limits);
  let total = 0;
  return (octets) => {
    total += octets.length;
    if (total > maximum) throw new GakumonError('xml-limit', { detail: 'canonical form' });
    write(octets);
  };
}

function withoutOutside(add: XmlEventSink): XmlEventSink {
  let depth = 0;
  return (event) => {
    if (event.kind === 'start') depth++;
    if (depth > 0) add(event);
    if (event.kind === 'end') depth--;
  };
}
