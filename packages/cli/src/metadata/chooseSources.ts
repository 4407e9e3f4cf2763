import type { SourceState } from '@gakumon/metadata';
import { GakumonError } from '@gakumon/terms';

/**
 * The sources that a command is about.
 * @param name as typed; undefined: all
 * @throws GakumonError `metadata-not-found`
 */
export function chooseSources(states: readonly SourceState[], name: string | undefined): readonly SourceState[] {
  if (name === undefined) return states;
  const chosen = states.filter((state) => state.name === name);
  if (chosen.length > 0) return chosen;
  const known = states.map((state) => state.name).join(', ');
  const hint = known === '' ? 'there is no source: gakumon metadata load' : `the sources are: ${known}`;
  throw new GakumonError('metadata-not-found', { detail: name, hint });
}
