import { hash } from 'node:crypto';

/** Which process it was, and from which of its files. */
export type Publisher = { readonly host: string; readonly pid: number; readonly file: string };

/** A document as one node gave it to all. */
export type DocumentVersion = {
  /** Grows from version to version: the time of publishing in milliseconds, or one more than the version before. */
  readonly serial: number;
  readonly at: number;
  readonly by: Publisher;
  readonly text: string;
  readonly sha256: string;
  /** SHA-256 of texts that were in force before or lost a conflict, newest first: a file that holds one is a stale one. */
  readonly earlier: readonly string[];
};

const formatVersion = 1;
/** A nightly export of people makes one a day; a machine may come back after a year. */
const mostEarlier = 500;

/** SHA-256 of a document's text, lower-case hex. */
export function hashOf(text: string): string {
  return hash('sha256', text);
}

export type VersionFacts = { readonly now: number; readonly by: Publisher };

/**
 * The version after those that are known.
 * @param before what it comes after
 */
export function nextVersion(
  text: string,
  { now, by }: VersionFacts,
  before: readonly Pick<DocumentVersion, 'serial' | 'sha256' | 'earlier'>[],
): DocumentVersion {
  return {
    serial: Math.max(now, ...before.map(({ serial }) => serial + 1)),
    at: now,
    by,
    text,
    sha256: hashOf(text),
    earlier: earlierThan(
      hashOf(text),
      before.flatMap(({ sha256, earlier }) => [sha256, ...earlier]),
    ),
  };
}

/**
 * What is in force on a node, for records that lost it. As nothing new it keeps its serial: a node that knows a later
 * version puts that in its place.
 * @param lineage undefined: a node that was just started has nothing but its file, and anybody who knows more wins
 */
export function sameVersion(
  text: string,
  { now, by }: VersionFacts,
  lineage: Pick<DocumentVersion, 'serial' | 'earlier'> | undefined,
): DocumentVersion {
  const { serial, earlier } = lineage ?? { serial: 0, earlier: [] };
  return { serial, at: now, by, text, sha256: hashOf(text), earlier };
}

/** The same version, with a text marked as one that lost against it. */
export function withLoser(version: DocumentVersion, loser: string): DocumentVersion {
  return { ...version, earlier: earlierThan(version.sha256, [loser, ...version.earlier]) };
}

function earlierThan(sha256: string, earlier: readonly string[]): readonly string[] {
  const others = new Set(earlier);
  others.delete(sha256);
  return [...others].slice(0, mostEarlier);
}

/** As it is sealed: a line of JSON, then the text as it is. */
export function encodeVersion({ text, ...facts }: DocumentVersion): Buffer {
  return Buffer.from(`${JSON.stringify({ version: formatVersion, ...facts })}\n${text}`, 'utf8');
}

/** @throws RangeError when a newer release wrote it. It must come out of a seal: nothing else is looked at. */
export function decodeVersion(octets: Buffer): DocumentVersion {
  const end = octets.indexOf('\n');
  const { version, ...facts } = JSON.parse(octets.toString('utf8', 0, end));
  if (version !== formatVersion) throw new RangeError(`version ${version} of the format is not known here`);
  return { ...facts, text: octets.toString('utf8', end + 1) };
}

/** Who published, in words for the operator. */
export function describePublisher({ host, pid, file }: Publisher): string {
  return `${host}:${pid} ${file}`;
}
