import { dictionary } from './dictionary.ts';
import type { ResolvedAttribute, ResolvedAttributes } from './types.ts';

/**
 * Adds to eduPersonAssurance how strong a login was. No directory may say that of a person (see `assurance` among the
 * syntaxes): it is computed from what was proved, for one answer. Pure.
 * @param uris those of the classes that what was proved reaches
 */
export function withAssurance(resolved: ResolvedAttributes, uris: readonly string[]): ResolvedAttributes {
  if (uris.length === 0) return resolved;
  const added = uris.map((value) => ({ kind: 'text', value }) as const);
  const all = dictionary.flatMap((definition): ResolvedAttribute[] => {
    const own = resolved.find((one) => one.definition.id === definition.id);
    if (definition.id !== 'eduPersonAssurance') return own === undefined ? [] : [own];
    return [{ definition, values: [...(own?.values ?? []), ...added] }];
  });
  return all as readonly unknown[] as ResolvedAttributes;
}
