import type { IdMaker } from '@gakumon/terms';
import { attributeValueText } from './attributeValueText.ts';
import { makePersistentId } from './derivedAttributes.ts';
import type { NameIdContext } from './nameId.ts';
import type { ResolutionContext } from './resolutionContext.ts';
import type { Resolution } from './types.ts';

/** What of a person their name identifiers at one SP can be made of. Whether they may be is the release rules' to say. */
export function findNameIdValues(
  resolution: Resolution,
  context: ResolutionContext,
): Pick<NameIdContext, 'persistentId' | 'mail'> {
  return { persistentId: makePersistentId(resolution, context), mail: findOnlyMail(resolution) };
}

/**
 * What name identifiers of a person at one SP are made of; each value is found when it is asked for, since most logins
 * need none of them.
 * @param newId for transient ones
 */
export function nameIdContextFor(resolution: Resolution, context: ResolutionContext, newId: IdMaker): NameIdContext {
  let found: ReturnType<typeof findNameIdValues> | undefined;
  const values = () => {
    found ??= findNameIdValues(resolution, context);
    return found;
  };
  return {
    entityId: context.entityId,
    serviceProvider: context.serviceProvider,
    newId,
    get persistentId() {
      return values().persistentId;
    },
    get mail() {
      return values().mail;
    },
  };
}

/** Of several addresses none: directories promise no order, and the person would be somebody else on another day. */
function findOnlyMail({ resolved, withheld }: Resolution): string | undefined {
  if (withheld.some(({ attribute, code }) => attribute === 'mail' && code === 'several-values')) return undefined;
  const [mail] = resolved.find(({ definition }) => definition.id === 'mail')?.values ?? [];
  return mail === undefined ? undefined : attributeValueText(mail);
}
