import type { DocumentFacts } from '../index/metadataIndex.ts';
import type { MetadataSource } from '../sources/source.ts';

/** A document to be taken in, by a process of its own or in this one: it is fetched, verified, cut, indexed, and written. */
export type IntakeJob = {
  readonly source: MetadataSource;
  /** A file of the origin, or the url with what is known of the last answer, for a conditional GET. */
  readonly from: { readonly file: string } | { readonly url: string; readonly validators: HttpValidators };
  /** The HTTP proxy that leads to a url; undefined: the way is direct. */
  readonly proxy?: string | undefined;
  /** An empty directory for the copy. */
  readonly into: string;
  /** Milliseconds; the time that it is judged by. */
  readonly now: number;
};

export type HttpValidators = { readonly etag?: string | undefined; readonly lastModified?: string | undefined };

export type IntakeProgress = {
  readonly step: 'fetch' | 'verify';
  /** Octets so far, and in all where that is known. */
  readonly done: number;
  readonly total: number | undefined;
};

export type IntakeResult =
  | { readonly kind: 'taken'; readonly facts: DocumentFacts; readonly validators: HttpValidators }
  /** The server says that nothing changed. */
  | { readonly kind: 'unchanged' };

/**
 * Does one job, and tells how far it is. Rejects with the GakumonError that says why the document was refused; then
 * nothing in `into` counts.
 */
export type Intake = (
  job: IntakeJob,
  options: { readonly onProgress?: (progress: IntakeProgress) => void; readonly signal?: AbortSignal },
) => Promise<IntakeResult>;
