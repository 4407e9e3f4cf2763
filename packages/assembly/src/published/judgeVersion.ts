import type { DocumentVersion } from './documentVersion.ts';

/** How a document stands on this node. */
export type Standing = {
  /** Of the text that is in force here. */
  readonly sha256: string;
  /** The published version that it is, or that was in force when the file was edited; undefined: never compared yet. */
  readonly serial: number | undefined;
  /** The file was seen to change, and that is not published yet. */
  readonly isEdited: boolean;
  /** Of the file at the start of this node. */
  readonly startedFrom: string;
  /** The file that is read here. */
  readonly file: string;
  /** These records belong to one machine, so that a path names one file. */
  readonly isOneMachine: boolean;
};

/**
 * - `publish`: ours is the newest.
 * - `same`: nobody has anything else.
 * - `take`: theirs is newer.
 * - `stale`: the file here is an old one that was published before; theirs is newer.
 * - `refuse`: the file here was changed by somebody who may not have seen theirs; theirs stays.
 * - `conflict`: ours and theirs come from the same; theirs was first.
 * - `restore`: the records hold something older than what is in force: a backup, or somebody who wants the old one back.
 */
export type Verdict = 'publish' | 'same' | 'take' | 'stale' | 'refuse' | 'conflict' | 'restore';

type Published = Pick<DocumentVersion, 'serial' | 'sha256' | 'earlier' | 'by'>;

/** What to do about what is published; undefined: nothing is. */
export function judgeVersion(mine: Standing, published: Published | undefined): Verdict {
  if (published === undefined) return 'publish';
  return mine.serial === undefined ? judgeFirst(mine, published) : judgeAgain(mine, mine.serial, published);
}

/** What a node knows that was just started is its file alone. */
function judgeFirst(mine: Standing, { sha256, earlier, by }: Published): Verdict {
  if (mine.sha256 === sha256) return 'same';
  // On one machine what was published out of this very file was in it: another text in it now is a later one.
  if (mine.isOneMachine && by.file === mine.file) return 'publish';
  if (earlier.includes(mine.startedFrom)) return mine.isEdited ? 'conflict' : 'stale';
  // Of several machines, nobody knows whether a text that no node has seen was made of the one in force.
  return mine.isOneMachine || mine.startedFrom === sha256 ? 'publish' : 'refuse';
}

function judgeAgain(mine: Standing, serial: number, published: Published): Verdict {
  if (published.serial > serial) {
    if (published.sha256 === mine.sha256) return 'same';
    return mine.isEdited ? 'conflict' : 'take';
  }
  if (mine.isEdited) return 'publish';
  return published.serial === serial && published.sha256 === mine.sha256 ? 'same' : 'restore';
}
