import type { WatchedFile } from '../watchedFile.ts';
import { type DocumentState, mistakesOf, staleMessage, tell } from './documentState.ts';
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
  const wasBehind = state.edit === undefined && inFile.lastGood !== held.sha256;
  if (wasBehind && version?.earlier.includes(sha256)) {
    // A copy that lags behind goes through the versions that others have left already.
    tell(state, 'warn', staleMessage);
    return;
  }
  state.held = { text, sha256, value };
  state.edit ??= { isFromStale: wasBehind };
  tell(state, 'info', 'document read again');
}
