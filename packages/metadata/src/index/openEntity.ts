import { createHash, hash } from 'node:crypto';
import { findChild, type XmlElement, type XmlEvent } from '@gakumon/saml';
import { type EntityId, ns } from '@gakumon/terms';
import type { Inherited } from '../reading/entities.ts';
import { earliest } from '../reading/validity.ts';
import type { Warn } from '../reading/warnings.ts';
import type { MetadataSource } from '../sources/source.ts';
import { passesFilter } from '../trust/passesFilter.ts';
import type { Belief } from './belief.ts';
import { entityLimits } from './entityLimits.ts';
import type { ExtensionsReader } from './extensionsReader.ts';
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
  const { entityId, offset, context, around, depth, now, warn, readExtensions } = start;
  const outline = createOutline('entity');
  const octets: Uint8Array[] = [];
  let taken = 0;

  function summarise(element: XmlElement, length: number, believe: Belief): Summary {
    const said = readExtensions(findChild(element, ns.md, 'Extensions'), around, warn);
    const believed = believe(said);
    const { validUntil, ...roles } = summariseRoles(element, now, warn);
    const indexed = {
      entityId,
      offset,
      length,
      sha256: sha256Of(octets),
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
    add: outline.add,
    take: (piece) => {
      taken += piece.length;
      if (taken <= entityLimits.bytes) octets.push(piece);
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
      return passes ? indexed : undefined;
    },
  };
}

/** Most entities lie in one piece, and then need no Hash of their own. */
function sha256Of(octets: readonly Uint8Array[]): string {
  const [only, ...more] = octets;
  if (only !== undefined && more.length === 0) return hash('sha256', only, 'base64url');
  const whole = createHash('sha256');
  for (const piece of octets) whole.update(piece);
  return whole.digest('base64url');
}

type Summary = { readonly indexed: IndexedEntity; readonly said: Inherited };
