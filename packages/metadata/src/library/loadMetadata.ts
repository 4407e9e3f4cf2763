import type { MetadataRecords } from '../ports.ts';
import { type AcceptedMetadata, acceptMetadata, type SourceTrust } from '../trust/acceptMetadata.ts';

/**
 * Loads metadata by hand: accepts or refuses it like any source, then keeps what was verified where every node sees it
 * within a second. The same name replaces.
 *
 * @param now milliseconds
 * @throws GakumonError as acceptMetadata does; then nothing was kept
 */
export async function loadMetadata(
  records: MetadataRecords,
  name: string,
  bytes: Uint8Array,
  trust: SourceTrust,
  now: number,
): Promise<AcceptedMetadata> {
  const accepted = acceptMetadata(bytes, name, trust, now);
  await records.save({ name, xml: accepted.bytes, loadedAt: now });
  return accepted;
}
