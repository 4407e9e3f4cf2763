import { findChild, type XmlElement, type XmlEvent } from '@gakumon/saml';
import { type EntityId, ns } from '@gakumon/terms';
import type { Inherited } from '../reading/entities.ts';
import { earliest } from '../reading/validity.ts';
import type { Warn } from '../reading/warnings.ts';
import type { MetadataSource } from '../sources/source.ts';
import { passesFilter } from '../trust/passesFilter.ts';
import type { Belief } from './belief.ts';
import { entityLimits } from './entityLimits.ts';
import type { UnhashedEntity } from './entityList.ts';
import type { ExtensionsReader } from './extensionsReader.ts';
import { createOutline } from './outline.ts';
import { listSaidCategories } from './saidCategories.ts';
import { summariseRoles } from './summariseEntity.ts';

/** An md:EntityDescriptor whose end has not come yet. */
export type OpenEntity = {
  /** The root is 1. */
  readonly depth: number;
  /** The place of its hash. */
  readonly place: number;
  /** What the groups say. */
  readonly around: Inherited;
  readonly add: (event: XmlEvent) => void;
  /**
   * @param end where its canonical octets end
   * @returns undefined when it is too large (with a warning), or the filter leaves it out
   */
  readonly close: (end: number, source: Pick<MetadataSource, 'filter'>, believe: Belief) => UnhashedEntity | undefined;
};

export type EntityStart = {
  readonly entityId: EntityId;
  readonly offset: number;
  /** The place of its hash. */
  readonly place: number;
  readonly context: number;
  /** What the groups say. */
  readonly around: Inherited;
  /** The groups say a category that the filter keeps out. */
  readonly isKeptOut: boolean;
  /** The earliest of its own end and of everything around. */
  readonly validUntil: number | undefined;
  readonly readExtensions: ExtensionsReader;
  readonly depth: number;
  readonly now: number;
  readonly warn: Warn;
};

export function createOpenEntity(start: EntityStart): OpenEntity {
  const { entityId, offset, place, context, around, depth, now, warn, readExtensions } = start;
  const outline = createOutline('entity');
  let elements = 0;

  function summarise(element: XmlElement, length: number, believe: Belief): Summary {
    const said = readExtensions(findChild(element, ns.md, 'Extensions'), around, warn);
    const believed = believe(said);
    const { validUntil, ...roles } = summariseRoles(element, now, warn);
    const indexed = {
      entityId,
      offset,
      length,
      context,
      ...roles,
      // Those of the groups are in the context, once.
      categories: believed.entityAttributes.categories.slice(believe(around).entityAttributes.categories.length),
      registrationAuthority: believed.registrationAuthority,
      validUntil: earliest(start.validUntil, validUntil),
    };
    return { indexed, believed: believed.entityAttributes.categories };
  }

  return {
    depth,
    place,
    around,
    add: (event) => {
      if (event.kind === 'start') elements += 1;
      outline.add(event);
    },
    close: (end, { filter }, believe) => {
      const length = end - offset;
      const isTooLarge = length > entityLimits.bytes || elements > entityLimits.elements;
      const element = isTooLarge ? undefined : outline.element();
      if (element === undefined) {
        warn('is ignored: it is too large');
        return undefined;
      }
      const { indexed, believed } = summarise(element, length, believe);
      const { registrationAuthority } = indexed;
      const said = filter.exceptCategories.length === 0 ? [] : listSaidCategories(element);
      const filtered = {
        ...indexed,
        believed: { categories: believed, registrationAuthority },
        said: { categories: said },
      };
      return !start.isKeptOut && passesFilter(filtered, filter) ? indexed : undefined;
    },
  };
}

type Summary = {
  readonly indexed: UnhashedEntity;
  /** Its categories and those of its groups. */
  readonly believed: readonly string[];
};
