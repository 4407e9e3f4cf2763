import type { MdqSource } from '../../sources/mdq.ts';
import type { MetadataSource } from '../../sources/source.ts';
import type { SourceProblem } from '../copies/slotState.ts';
import type { DocumentStanding, LookOptions } from '../keepDocument.ts';
import type { OpenedCopy } from '../openCopy.ts';

/** What one source has to say, and how it stands. */
export type SourcePart = {
  readonly source: MetadataSource;
  /** A file, a directory or a url: its documents, in their order. */
  readonly documents: readonly DocumentStanding[];
  /** An entity at a time instead. */
  readonly mdq: MdqSource | undefined;
  /** What is wrong with it beyond its documents. */
  readonly problem: SourceProblem | undefined;
  /** What is odd about it beyond its documents. */
  readonly oddity?: string | undefined;
  /** When an operator loaded it by hand, milliseconds. */
  readonly loadedAt: number | undefined;
  /** It is a document in the records, or stands for all of these. */
  readonly isRecord?: 'loaded' | 'records' | undefined;
};

/** A place that metadata comes from. It may be asked again and again, and reads only what has changed since. */
export interface SourceReader {
  /** Brings what is stored into force: no network, no verification. Never rejects. */
  open(): Promise<void>;
  /** Looks for changes; intakes that take long begin. Never rejects: what can't be read leaves what is in force. */
  look(optionsOf: (source: string) => LookOptions): Promise<void>;
  /** Until the intakes that run are over. */
  settled(): Promise<void>;
  /** A copy of it turned out to be damaged. */
  suspect(copy: OpenedCopy): void;
  /** In the order in which they count. */
  parts(): readonly SourcePart[];
  close(): Promise<void>;
}
