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
import { summariseRoles } from './summariseEntity.ts';

/** An md:EntityDescriptor whose end has not come yet. */
export type OpenEntity = {
  /** The root is 1. */
  readonly depth: number;
  /** The place of its hash. */
  readonly place: number;
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
      categories: believed.entityAttributes.categories,
      registrationAuthority: believed.registrationAuthority,
      validUntil: earliest(start.validUntil, validUntil),
    };
    return { indexed, said };
  }

  return {
    depth,
    place,
    add: outline.add,
    close: (end, { filter }, believe) => {
      const length = end - offset;
      const element = length > entityLimits.bytes ? undefined : outline.element();
      if (element === undefined) {
        warn('is ignored: it is too large');
        return undefined;
      }
      const { indexed, said } = summarise(element, length, believe);
      const passes = passesFilter({ ...indexed, believed: indexed, said: said.entityAttributes }, filter);
      return passes ? indexed : undefined;
    },
  };
}

type Summary = { readonly indexed: UnhashedEntity; readonly said: Inherited };
