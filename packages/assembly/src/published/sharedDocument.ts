import type { Report } from '../notice.ts';
import { watchFile } from '../watchedFile.ts';
import { compareVersions } from './compareVersions.ts';
import { type DocumentPlan, type Sharing, startDocument } from './documentState.ts';
import { lookAtFile } from './lookAtFile.ts';

/** Which version of a document is in force; `serial` is undefined while it is not published. */
export type DocumentInForce = {
  readonly name: string;
  readonly file: string;
  readonly sha256: string;
  readonly serial: number | undefined;
};

/** A document that follows its file, and what other nodes published. */
export type SharedDocument<T> = {
  readonly current: () => T;
  readonly inForce: () => DocumentInForce;
  /** Looks whether the file changed, and swaps the whole value when it did. Never rejects. */
  readonly lookAtFile: () => Promise<void>;
  /** Whether this node has something that was not compared with the records yet. */
  readonly isWaiting: () => boolean;
  /**
   * Publishes what is newer here, or takes what is newer there.
   * @throws GakumonError `store-unavailable`
   */
  readonly compare: (sharing: Sharing) => Promise<void>;
};

/** Against so many other nodes one may lose in a row; the rest is for the next look. */
const mostTries = 5;

/**
 * Reads a document for the first time. From then on a bad one leaves the last good one in force, and says so once.
 * @throws GakumonError what the plan throws, at the first reading only
 */
export async function openSharedDocument<T>(plan: DocumentPlan<T>, report: Report): Promise<SharedDocument<T>> {
  const watched = watchFile(plan.file, plan.read);
  const state = startDocument(plan, (await watched.readIfChanged()) ?? '', report);
  let compared: string | undefined;
  return {
    current: () => state.held.value,
    inForce: () => ({
      name: plan.name,
      file: plan.file,
      sha256: state.held.sha256,
      serial: state.isEdited ? undefined : state.version?.serial,
    }),
    lookAtFile: () => lookAtFile(state, watched),
    isWaiting: () => compared !== state.held.sha256 || state.loser !== undefined,
    async compare(sharing) {
      compared = undefined;
      for (let tries = 0; tries < mostTries; tries += 1) {
        if (await compareVersions(state, sharing)) {
          compared = state.held.sha256;
          return;
        }
      }
    },
  };
}
