import { createHash } from 'node:crypto';
import { findChild, type XmlElement, type XmlEvent } from '@gakumon/saml';
import { type EntityId, ns } from '@gakumon/terms';
import type { Inherited } from '../reading/entities.ts';
import { earliest } from '../reading/validity.ts';
import type { Warn } from '../reading/warnings.ts';
import type { MetadataSource } from '../sources/source.ts';
import { passesFilter } from '../trust/passesFilter.ts';
import type { Belief } from './belief.ts';
import { detachedData } from './detached.ts';
import { entityLimits } from './entityLimits.ts';
import { addExtensions } from './groups.ts';
import type { IndexedEntity } from './metadataIndex.ts';
import { createOutline } from './outline.ts';
import { summariseRoles } from './summariseEntity.ts';

/** An md:EntityDescriptor whose end has not come yet. */
export type OpenEntity = {
  /** The root is 1. */
  readonly depth: number;
  readonly add: (event: XmlEvent) => void;
  /** Gets its canonical octets. */
  readonly take: (octets: Uint8Array) => void;
  /**
   * @param end where its canonical octets end
   * @returns undefined when it is too large (with a warning), or the filter leaves it out
   */
  readonly close: (end: number, source: Pick<MetadataSource, 'filter'>, believe: Belief) => IndexedEntity | undefined;
};

export type EntityStart = {
  readonly entityId: EntityId;
  readonly offset: number;
  readonly context: number;
  /** What the groups say, and the earliest end of it and of everything around. */
  readonly around: Inherited;
  readonly depth: number;
  readonly now: number;
  readonly warn: Warn;
};

export function createOpenEntity({ entityId, offset, context, around, depth, now, warn }: EntityStart): OpenEntity {
  const outline = createOutline('entity');
  const hash = createHash('sha256');

  function summarise(element: XmlElement, length: number, believe: Belief): Summary {
    const said = addExtensions(around, findChild(element, ns.md, 'Extensions'), warn);
    const believed = believe(said);
    const { validUntil, ...roles } = summariseRoles(element, now, warn);
    const indexed = {
      entityId,
      offset,
      length,
      sha256: hash.digest('base64url'),
      context,
      ...roles,
      categories: believed.entityAttributes.categories,
      registrationAuthority: believed.registrationAuthority,
      validUntil: earliest(around.validUntil, validUntil),
    };
    return { indexed, said };
  }

  return {
    depth,
    add: outline.add,
    take: (octets) => {
      hash.update(octets);
    },
    close: (end, { filter }, believe) => {
      const length = end - offset;
      const element = length > entityLimits.bytes ? undefined : outline.element();
      if (element === undefined) {
        warn('is ignored: it is too large');
        return undefined;
      }
      const { indexed, said } = summarise(element, length, believe);
      const passes = passesFilter({ ...indexed, believed: indexed, said: said.entityAttributes }, filter);
      return passes ? detachedData(indexed) : undefined;
    },
  };
}

type Summary = { readonly indexed: IndexedEntity; readonly said: Inherited };
