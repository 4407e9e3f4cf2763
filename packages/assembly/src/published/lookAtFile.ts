import type { WatchedFile } from '../watchedFile.ts';
import {
  type DocumentState,
  type Lineage,
  mistakesOf,
  refusalFields,
  refusedMessage,
  staleMessage,
  tell,
} from './documentState.ts';
import { hashOf } from './documentVersion.ts';

/** Puts into force what the file says, when it changed; a bad one changes nothing and is told of once. Never rejects. */
export async function lookAtFile<T>(state: DocumentState<T>, watched: WatchedFile): Promise<void> {
  try {
    const text = await watched.readIfChanged();
    if (text !== undefined) takeFromFile(state, text);
  } catch (error) {
    tell(state, 'error', 'document is bad; the last good one stays', { reason: mistakesOf(error) });
  }
}

function takeFromFile<T>(state: DocumentState<T>, text: string): void {
  const { plan, held, inFile, version } = state;
  const sha256 = hashOf(text);
  // Touched, or written again as it was: that says nothing about which text is meant to be in force.
  if (sha256 === inFile.last) return;
  state.inFile = { ...inFile, last: sha256 };
  const value = plan.parse(text, plan.file);
  state.inFile = { last: sha256, lastGood: sha256 };
  if (sha256 === held.sha256) {
    tell(state, 'info', 'the file holds what is in force');
    return;
  }
  if (version !== undefined && !state.isEdited && inFile.lastGood !== held.sha256) {
    refuse(state, version, sha256);
    return;
  }
  state.held = { text, sha256, value };
  state.isEdited = true;
  tell(state, 'info', 'document read again');
}

/** Whoever edited it did not see what is in force, and would take back what others published. */
function refuse<T>(state: DocumentState<T>, version: Lineage, sha256: string): void {
  const fields = refusalFields(state.plan.name, state.plan.file, version);
  // A copy that lags behind goes through the versions that others have left already.
  if (version.earlier.includes(sha256)) {
    tell(state, 'warn', staleMessage, fields);
    return;
  }
  // Or else the next start would take it for an edit made while the server was down.
  state.loser = sha256;
  tell(state, 'error', refusedMessage, fields);
}
