import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { entitiesFileName } from '../index/entitiesFile.ts';
import type { EntityContext, IndexedEntity } from '../index/metadataIndex.ts';
import { openIndex } from '../index/openIndex.ts';
import { readEntity } from '../reading/entities.ts';
import type { IdentityProvider } from '../reading/identityProvider.ts';
import { readIdentityProvider } from '../reading/readIdentityProvider.ts';
import { readServiceProvider } from '../reading/readServiceProvider.ts';
import type { ServiceProvider } from '../reading/serviceProvider.ts';
import { createWarnings, type MetadataWarning } from '../reading/warnings.ts';
import type { MetadataSource } from '../sources/source.ts';
import type { ReadableIndex } from './compareEntities.ts';

/** An entity in each role that it has, and what is odd about it. */
export type EntityReading = {
  readonly serviceProvider: ServiceProvider | undefined;
  readonly identityProvider: IdentityProvider | undefined;
  readonly warnings: readonly MetadataWarning[];
};

/** A copy of a document that somebody looks into. */
export type ReadableCopy = ReadableIndex & {
  /** @throws GakumonError `metadata-damaged` when its octets are not those that were verified */
  readonly look: (entity: IndexedEntity) => EntityReading;
  /**
   * An entity as a document of its own: its octets, with the declarations that the elements around it had given.
   * @throws GakumonError `metadata-damaged`
   */
  readonly textOf: (entity: IndexedEntity) => string;
  /** Nothing can be read afterwards. */
  readonly close: () => void;
};

/**
 * Opens a directory that an intake filled, to look into it: apart from what is in force, and one entity at a time.
 * @throws GakumonError `metadata-damaged`
 */
export function openReadableCopy(
  directory: string,
  { name, mayAssert }: Pick<MetadataSource, 'name' | 'mayAssert'>,
): ReadableCopy {
  const opened = openIndex(directory);
  const look = (indexed: IndexedEntity): EntityReading => {
    const { warnings, warnAbout } = createWarnings(name);
    const { element, ...around } = opened.read(indexed);
    const entity = readEntity(element, around, warnAbout(indexed.entityId));
    if (entity === undefined) return { serviceProvider: undefined, identityProvider: undefined, warnings };
    const one = readServiceProvider(entity, name, mayAssert);
    const other = readIdentityProvider(entity, name, mayAssert);
    return {
      serviceProvider: one.serviceProvider,
      identityProvider: other.identityProvider,
      warnings: [...warnings, ...one.warnings, ...other.warnings],
    };
  };
  const read = async (entity: IndexedEntity): Promise<ServiceProvider | undefined> => look(entity).serviceProvider;
  const textOf = (indexed: IndexedEntity): string => {
    // Compares them with their hash.
    opened.read(indexed);
    const context = opened.index.contexts[indexed.context];
    return declareAround(readText(join(directory, entitiesFileName), indexed), context?.declarations ?? []);
  };
  return { index: opened.index, look, read, textOf, close: opened.close };
}

function readText(path: string, { offset, length }: IndexedEntity): string {
  const descriptor = openSync(path, 'r');
  try {
    const octets = Buffer.alloc(length);
    return octets.toString('utf8', 0, readSync(descriptor, octets, 0, length, offset));
  } finally {
    closeSync(descriptor);
  }
}

/** Canonical octets begin with the name of the root, and its own declarations come before its attributes. */
function declareAround(text: string, declarations: EntityContext['declarations']): string {
  const [tag = '', name = ''] = /^<([^\s>]+)[^>]*>/.exec(text) ?? [];
  const missing = declarations
    .map(({ prefix, namespace }) => [prefix === '' ? 'xmlns' : `xmlns:${prefix}`, namespace] as const)
    .filter(([attribute]) => !tag.includes(` ${attribute}="`))
    .map(([attribute, namespace]) => ` ${attribute}="${namespace.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`);
  return `<${name}${missing.join('')}${text.slice(name.length + 1)}`;
}
