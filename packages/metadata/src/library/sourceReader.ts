import type { ServiceProvider } from '../reading/serviceProvider.ts';
import type { MetadataWarning } from '../reading/warnings.ts';
import type { SourceContents } from '../serviceProviders.ts';
import type { AcceptedMetadata } from '../trust/acceptMetadata.ts';

/** How a source stands, for `check` and the log. */
export type SourceState = SourceContents & {
  readonly warnings: readonly MetadataWarning[];
  /** Why its newest content is not in force; undefined when it is. */
  readonly problem: string | undefined;
};

/** A place that metadata comes from. It may be asked again and again, and reads only what has changed since. */
export interface SourceReader {
  /** Never rejects: what can't be read leaves the last good content in force. */
  refresh(): Promise<void>;
  states(): readonly SourceState[];
}

/** One document of a source, as it was last seen. */
export type DocumentState = {
  /** Differs when the document does; empty when it must be read again whatever happens. */
  readonly stamp: string;
  readonly serviceProviders: readonly ServiceProvider[];
  readonly warnings: readonly MetadataWarning[];
  readonly problem: string | undefined;
};

/**
 * Reads a document if it differs from what was seen. A broken one takes nothing away: what the last good one said stays.
 *
 * @param label how the document is called in a problem
 * @param read accepts the document; may reject
 */
export async function refreshDocument(
  previous: DocumentState | undefined,
  stamp: string,
  label: string,
  read: () => Promise<AcceptedMetadata>,
): Promise<DocumentState> {
  if (previous !== undefined && stamp !== '' && previous.stamp === stamp) return previous;
  try {
    const { serviceProviders, warnings } = await read();
    return { stamp, serviceProviders, warnings, problem: undefined };
  } catch (error) {
    return failDocument(previous, stamp, `${label}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The state of a document whose newest content can't be used. */
export function failDocument(previous: DocumentState | undefined, stamp: string, problem: string): DocumentState {
  const { serviceProviders = [], warnings = [] } = previous ?? {};
  return { stamp, serviceProviders, warnings, problem };
}
