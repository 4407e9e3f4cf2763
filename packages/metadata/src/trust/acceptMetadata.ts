import { parseXml } from '@gakumon/saml';
import { GakumonError } from '@gakumon/terms';
import { metadataLimits } from '../limits.ts';
import { type ParsedMetadata, readServiceProviders } from '../reading/parseServiceProviders.ts';
import { readValidUntil } from '../reading/validity.ts';
import { summariseWarnings } from '../reading/warnings.ts';
import { judgeValidity } from './judgeValidity.ts';
import { listSignerWarnings, readPinnedKeys } from './pinnedKeys.ts';
import { verifyDocument } from './verifyMetadata.ts';

/** How a source of metadata is believed: by the signature of a pinned key, or, only when an operator says so, as it is. */
export type SourceTrust = {
  /** PEM certificates of the signers; empty only with `unsigned`. */
  readonly certificates: readonly string[];
  readonly unsigned: boolean;
  /** How far validUntil may lie ahead, milliseconds. */
  readonly maxValidity?: number | undefined;
};

export type AcceptedMetadata = ParsedMetadata & {
  /** What may be kept and parsed again: of signed metadata the bytes that were hashed, otherwise the document. */
  readonly bytes: Uint8Array;
};

/**
 * The one door for metadata, of sources and of hand-loaded files alike: verifies what has to be, then reads it.
 *
 * @param source the name of the source
 * @param now milliseconds; the time that the document is judged by
 * @throws GakumonError `metadata-trust-undecided` with neither certificates nor `unsigned`, `metadata-expired`,
 * `metadata-empty` when there is no usable service provider in it (the detail says what became of the others), and whatever verifyMetadata and
 * parseServiceProviders throw
 */
export function acceptMetadata(bytes: Uint8Array, source: string, trust: SourceTrust, now: number): AcceptedMetadata {
  const signed = trust.certificates.length > 0;
  if (!signed && !trust.unsigned) throw new GakumonError('metadata-trust-undecided', { detail: source });
  const document = signed
    ? verifyDocument(bytes, { ...trust, now })
    : { bytes, element: parseXml(bytes, metadataLimits) };
  judgeValidity(readValidUntil(document.element), { signed: false, now, maxValidity: trust.maxValidity });
  const parsed = readServiceProviders(document.element, source);
  if (parsed.serviceProviders.length === 0) {
    const detail = [source, summariseWarnings(parsed.warnings)].filter(Boolean).join(': ');
    throw new GakumonError('metadata-empty', { detail });
  }
  const signers = listSignerWarnings(readPinnedKeys(trust.certificates), now);
  return {
    bytes: document.bytes,
    serviceProviders: parsed.serviceProviders,
    warnings: [...signers.map((message) => ({ source, entityId: undefined, message })), ...parsed.warnings],
  };
}
