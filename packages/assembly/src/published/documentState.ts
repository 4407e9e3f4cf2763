import { type Clock, isGakumonError } from '@gakumon/terms';
import type { Notice, Report } from '../notice.ts';
import type { DocumentRecords } from './documentRecords.ts';
import { type DocumentVersion, describePublisher, hashOf, type Publisher } from './documentVersion.ts';

/** One document: what it is called in the records, where its file is, and how a text becomes a value. */
export type DocumentPlan<T> = {
  readonly name: string;
  readonly file: string;
  /** @throws GakumonError `file-unreadable`, `document-invalid` */
  readonly read: (file: string) => Promise<string>;
  /** @throws GakumonError `document-invalid`, whose lines begin with `label` */
  readonly parse: (text: string, label: string) => T;
};

/** What it takes to share documents with other nodes. */
export type Sharing = {
  readonly records: DocumentRecords;
  readonly clock: Clock;
  readonly node: Pick<Publisher, 'host' | 'pid'>;
  /** The records belong to one machine. */
  readonly isOneMachine: boolean;
};

/** A document on this node, as it stands now. */
export type DocumentState<T> = {
  readonly plan: DocumentPlan<T>;
  readonly report: Report;
  /** SHA-256 of the file at the start of this node. */
  readonly startedFrom: string;
  /** What is in force here. */
  held: { readonly text: string; readonly sha256: string; readonly value: T };
  /** The published version that it is, or that was in force when the file was edited; undefined: never compared yet. */
  version: Lineage | undefined;
  /** The mark of the row in the records that holds just that; undefined: not seen there since. */
  mark: string | undefined;
  /** SHA-256 of what the file held when it was last read, and when it was last good. */
  inFile: { readonly last: string; readonly lastGood: string };
  /** The file was edited here, and that is not published yet. */
  isEdited: boolean;
  /** A text that is not put into force, to be noted in the records. */
  loser: string | undefined;
  /** The mark of the row that was complained of, so that it is told once, and since when it is there. */
  refused: { readonly mark: string; readonly since: number } | undefined;
};

export type Lineage = Pick<DocumentVersion, 'serial' | 'at' | 'by' | 'sha256' | 'earlier'>;

export function startDocument<T>(plan: DocumentPlan<T>, text: string, report: Report): DocumentState<T> {
  const sha256 = hashOf(text);
  return {
    plan,
    report,
    startedFrom: sha256,
    held: { text, sha256, value: plan.parse(text, plan.file) },
    version: undefined,
    mark: undefined,
    inFile: { last: sha256, lastGood: sha256 },
    isEdited: false,
    loser: undefined,
    refused: undefined,
  };
}

export const staleMessage = 'the file on this node is an old one; what was published since stays in force';

export const refusedMessage =
  'the file on this node was changed without what is in force in it; what it says is NOT in force, as it would take back what others published';

/** What is in force instead of what the file says, and the two ways out. */
export function refusalFields(name: string, file: string, { serial, at, by }: Lineage): Notice['fields'] {
  return {
    version: serial,
    inForce: `published ${new Date(at).toISOString()} by ${describePublisher(by)}`,
    hint: waysOut(name, file),
  };
}

/** How an operator ends the difference between a file and what is in force. */
export function waysOut(name: string, file: string): string {
  const [document, path] = [name, file].map((word) => (/^[\w./:@-]+$/.test(word) ? word : `'${word}'`));
  return `to take what is in force: gakumon documents show ${document} > ${path}; to put the file into force instead: gakumon documents publish ${path}`;
}

/** Says in the log what happened to a document. */
export function tell(
  { plan: { name, file }, report }: Pick<DocumentState<unknown>, 'plan' | 'report'>,
  level: Notice['level'],
  message: string,
  fields: Notice['fields'] = {},
): void {
  report({ level, message, fields: { document: name, file, ...fields } });
}

/** Says once that what is published does not do here, and remembers since when. */
export function complain<T>(
  state: DocumentState<T>,
  mark: string,
  now: number,
  message: string,
  fields: Notice['fields'],
): void {
  if (state.refused?.mark === mark) return;
  state.refused = { mark, since: now };
  tell(state, 'error', message, fields);
}

/** This version is in force here. */
export function settle<T>(
  state: DocumentState<T>,
  { serial, at, by, sha256, earlier }: DocumentVersion,
  mark: string | undefined,
): void {
  state.version = { serial, at, by, sha256, earlier };
  state.mark = mark;
  state.isEdited = false;
  state.refused = undefined;
}

/** What went wrong, with the lines of the document where it did. */
export function mistakesOf(error: unknown): string {
  return isGakumonError(error) ? (error.detail ?? error.code) : String(error);
}
