import { attributeOf, type CanonicalPlace, type CanonicalSink, type XmlStart } from '@gakumon/saml';
import { GakumonError, ns, quoteUntrusted } from '@gakumon/terms';
import { findReadableId } from '../reading/entities.ts';
import { readValidUntil } from '../reading/validity.ts';
import type { MetadataSource } from '../sources/source.ts';
import { createBelief } from './belief.ts';
import { createContexts } from './contexts.ts';
import { detached } from './detached.ts';
import { createDocumentWarnings } from './documentWarnings.ts';
import { readEnd } from './ends.ts';
import { mostEntities } from './entityLimits.ts';
import { createEntityList, type EntityList } from './entityList.ts';
import { createExtensionsReader } from './extensionsReader.ts';
import { addExtensions, aroundRoot, type Group, listDeclarations, openGroup } from './groups.ts';
import type { Keeper } from './keeper.ts';
import type { MetadataIndex } from './metadataIndex.ts';
import { createOpenEntity, type OpenEntity } from './openEntity.ts';
import { createOutline, type Outline } from './outline.ts';
import { saysOneOf } from './saidCategories.ts';
import { toElement } from './tagElement.ts';
import { parseCacheDuration } from './xmlDuration.ts';

/** What a document was cut into; nothing of it counts before the document has been verified. */
export type Cut = Pick<MetadataIndex, 'contexts' | 'warnings'> & {
  readonly entities: EntityList;
  /** Of the root, not judged yet. */
  readonly validUntil: number | undefined;
  readonly cacheDuration: number | undefined;
};

export type EntityCutter = Required<Pick<CanonicalSink, 'before' | 'after'>> & { readonly finish: () => Cut };

/** Is told where entities begin and end in the octets that were handed on. */
export type EntityBounds = Pick<Keeper, 'beginEntity' | 'endEntity'>;

type Root = Pick<Cut, 'validUntil' | 'cacheDuration'>;

/**
 * Cuts every md:EntityDescriptor out of a document while its canonical form is written: those around which there are
 * md:EntitiesDescriptor only (SAML Metadata 2.3), or the root itself. A defect of one entity never costs another.
 *
 * @throws GakumonError from the sink's functions: `metadata-invalid` when the root is something else, or its validUntil
 * can't be read; `xml-limit`
 */
export function createEntityCutter(
  source: Omit<MetadataSource, 'origin'>,
  now: number,
  bounds: EntityBounds,
): EntityCutter {
  const { warnAbout, list: listWarnings } = createDocumentWarnings();
  const believe = createBelief(source, warnAbout(undefined));
  const contexts = createContexts();
  const readExtensions = createExtensionsReader();
  const entities = createEntityList();
  const seen = new Set<string>();
  const groups: Group[] = [{ ...aroundRoot, context: undefined }];
  let root: Root | undefined;
  let depth = 0;
  let entity: OpenEntity | undefined;
  let extensions: Outline | undefined;

  const innermost = (): Group => groups.at(-1) as Group;

  function start(event: XmlStart, place: CanonicalPlace): void {
    depth += 1;
    root ??= readRoot(event);
    if (entity !== undefined) entity.add(event);
    else if (extensions !== undefined) extensions.add(event);
    else if (depth === groups.length && event.namespace === ns.md) enter(event, place);
  }

  /** A child of the innermost group, or the root. */
  function enter(event: XmlStart, place: CanonicalPlace): void {
    const group = innermost();
    if (event.localName === 'EntitiesDescriptor') {
      group.hasMembers = true;
      groups.push(openGroup(event, group, judgeEnd(event, group, warnAbout(undefined))));
    } else if (event.localName === 'EntityDescriptor') {
      group.hasMembers = true;
      if (!group.ignored) openEntity(event, group, place);
    } else if (event.localName === 'Extensions') openExtensions(event, group);
  }

  function openExtensions(event: XmlStart, group: Group): void {
    if (group.hasMembers) warnAbout(undefined)(`Extensions of ${group.name} come after its members and are ignored`);
    if (group.hasMembers || group.ignored) return;
    extensions = createOutline('extensions');
    extensions.add(event);
  }

  /** The root's own end is judged with the document. */
  function judgeEnd(event: XmlStart, group: Group, warn: (message: string) => void): number | undefined | 'ignored' {
    if (depth === 1) return root?.validUntil;
    return readEnd(event, { around: group.said.validUntil, now }, warn);
  }

  function openEntity(event: XmlStart, group: Group, place: CanonicalPlace): void {
    const found = findReadableId(toElement(event), warnAbout);
    if (found === undefined) return;
    const entityId = detached(found);
    const warn = warnAbout(entityId);
    const validUntil = judgeEnd(event, group, warn);
    if (validUntil === 'ignored') return;
    if (seen.has(entityId)) {
      warn('is in the document more than once; the first counts');
      return;
    }
    if (seen.size >= mostEntities)
      throw new GakumonError('xml-limit', { detail: `more than ${mostEntities} entities` });
    seen.add(entityId);
    group.context ??= contexts.place({
      declarations: listDeclarations(place),
      xmlAttributes: group.xmlAttributes,
      inherited: believe(group.said),
    });
    entity = createOpenEntity({
      entityId,
      offset: place.flush(),
      place: bounds.beginEntity(),
      context: group.context,
      around: group.said,
      isKeptOut: group.isKeptOut,
      validUntil,
      depth,
      now,
      warn,
      readExtensions,
    });
    entity.add(event);
  }

  function endEntity(open: OpenEntity, end: number): void {
    bounds.endEntity();
    const found = open.close(end, source, believe);
    if (found !== undefined) entities.add(found, open.place, believe(open.around).entityAttributes.categories.length);
    entity = undefined;
  }

  function endExtensions(outline: Outline): void {
    const element = outline.element();
    const group = innermost();
    if (element === undefined) warnAbout(undefined)(`Extensions of ${group.name} are too large and are ignored`);
    else if (!group.hasExtensions) group.said = addExtensions(group.said, element, warnAbout(undefined));
    group.hasExtensions = true;
    group.isKeptOut ||= saysOneOf(source.filter.exceptCategories, element);
    extensions = undefined;
  }

  return {
    before: (event, place) => {
      if (event.kind === 'start') start(event, place);
      else if (entity !== undefined) entity.add(event);
      else extensions?.add(event);
    },
    after: (event, place) => {
      if (event.kind !== 'end') return;
      if (entity?.depth === depth) endEntity(entity, place.flush());
      else if (extensions !== undefined && depth === groups.length) endExtensions(extensions);
      else if (entity === undefined && depth === groups.length - 1) groups.pop();
      depth -= 1;
    },
    finish: () => ({
      ...(root as Root),
      contexts: contexts.list(),
      entities,
      warnings: listWarnings(),
    }),
  };
}

function readRoot(start: XmlStart): Root {
  const { namespace, localName } = start;
  if (namespace !== ns.md || !['EntityDescriptor', 'EntitiesDescriptor'].includes(localName)) {
    throw new GakumonError('metadata-invalid', {
      detail: `the root is ${quoteUntrusted(localName)}, not an EntityDescriptor or EntitiesDescriptor of SAML 2.0 metadata`,
    });
  }
  const element = toElement(start);
  return {
    validUntil: readValidUntil(element),
    cacheDuration: parseCacheDuration(attributeOf(element, 'cacheDuration')),
  };
}
