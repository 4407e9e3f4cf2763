import type { EntityId } from '@gakumon/terms';
import type { IsBlocked } from './identifiers/blocked.ts';
import type { IdentifierGenerator } from './identifiers/generator.ts';
import type { AttributeRecipes } from './recipes/types.ts';

/** What resolution needs to know beside the person. Plain data. */
export type ResolutionContext = {
  /** Our own entityID, the NameQualifier of what is made for one SP. */
  readonly entityId: EntityId;
  readonly serviceProvider: { readonly entityId: EntityId };
  /** Every scope that this IdP publishes; the first one is given to people whose directory has none of its own. */
  readonly scopes: readonly string[];
  /** The scope of a directory, by its name, where gakumon.yaml sets one. */
  readonly directoryScopes: Readonly<Record<string, string | undefined>>;
  readonly recipes: AttributeRecipes;
  /** Undefined: the identifier is not made. */
  readonly generators: {
    readonly targetedId: IdentifierGenerator | undefined;
    readonly pairwiseId: IdentifierGenerator | undefined;
    /** For persistent NameIDs. */
    readonly persistent: IdentifierGenerator | undefined;
  };
  /** The stored identifiers of this person at this SP, by what they start from; one that is not there yet is `notYetStored`. */
  readonly storedIds?: ReadonlyMap<string, string> | undefined;
  /** What is blocked names nobody else; left out: nothing is. */
  readonly isBlocked?: IsBlocked | undefined;
};

/** The scope that is put behind what is made of a person's login name and affiliation. */
export function scopeOfDirectory(directory: string, context: ResolutionContext): string | undefined {
  const own = Object.hasOwn(context.directoryScopes, directory) ? context.directoryScopes[directory] : undefined;
  return own ?? context.scopes[0];
}
