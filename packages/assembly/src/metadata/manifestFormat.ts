import type { Assertable, MetadataFilter, MetadataSource } from '@gakumon/metadata';
import { isObject, readFilter, readMayAssert, readSource } from './readSource.ts';

const formatVersion = 2;
/** A document as a whole behind a line of JSON: what earlier releases wrote. */
const formerVersion = 1;

/** A document whose octets are kept in pieces. */
export type PiecesManifest = {
  readonly kind: 'pieces';
  /** Names the pieces of this load: a UUID. */
  readonly load: string;
  /** Of the document, lower-case hex. */
  readonly sha256: string;
  /** Octets of the document. */
  readonly size: number;
  /** The SHA-256 of each piece before it was compressed, lower-case hex. */
  readonly pieces: readonly string[];
  readonly filter: MetadataFilter;
  readonly mayAssert: readonly Assertable[];
};

/** What is sealed under a name. */
export type Manifest = {
  /** Milliseconds. */
  readonly loadedAt: number;
  readonly content: PiecesManifest | { readonly kind: 'source'; readonly source: MetadataSource };
};

/** The same as an earlier release wrote it, with the document still compressed. */
export type FormerManifest = {
  readonly loadedAt: number;
  readonly content: { readonly kind: 'whole'; readonly deflated: Uint8Array };
};

/** A line of JSON: an earlier release reads the version in it, and says that it does not know it. */
export function encodeManifest({ loadedAt, content }: Manifest): Buffer {
  return Buffer.from(`${JSON.stringify({ version: formatVersion, loadedAt, content })}\n`, 'utf8');
}

/**
 * Reads what came out of a seal: nothing else is looked at.
 * @param name under which it was sealed
 * @throws RangeError when a newer release wrote it, or what it says is nothing that this one would have written
 */
export function decodeManifest(name: string, octets: Buffer): Manifest | FormerManifest {
  const end = octets.indexOf('\n');
  const { version, loadedAt, content } = JSON.parse(octets.toString('utf8', 0, end));
  if (!Number.isSafeInteger(loadedAt)) throw new RangeError('loadedAt is no time');
  if (version === formerVersion) return { loadedAt, content: { kind: 'whole', deflated: octets.subarray(end + 1) } };
  if (version !== formatVersion) throw new RangeError(`version ${version} of the format is not known here`);
  if (!isObject(content)) throw new RangeError('it has no content');
  return { loadedAt, content: readContent(name, content) };
}

function readContent(name: string, content: Record<string, unknown>): Manifest['content'] {
  if (content.kind === 'source') return { kind: 'source', source: readSource(name, content.source) };
  const { kind, load, sha256, size, pieces, filter, mayAssert } = content;
  const isRight =
    kind === 'pieces' &&
    matches(load, uuid) &&
    matches(sha256, sha256Hex) &&
    Number.isSafeInteger(size) &&
    Array.isArray(pieces) &&
    pieces.every((piece) => matches(piece, sha256Hex));
  if (!isRight) throw new RangeError('its content is of no kind that is known here');
  return {
    kind,
    load,
    sha256,
    size: size as number,
    pieces,
    filter: readFilter(filter),
    mayAssert: readMayAssert(mayAssert),
  };
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const sha256Hex = /^[0-9a-f]{64}$/;
const matches = (value: unknown, pattern: RegExp): value is string => typeof value === 'string' && pattern.test(value);
