import type { ServiceProviderSummary, ServiceProviders } from '@gakumon/metadata';
import { chooseText, type Language } from '@gakumon/terms';

/** What pages ask of all services at once; nothing is read for it. */
export type ServiceCatalogue = {
  /** How many there are. */
  readonly size: number;
  /**
   * Those whose name, in any language, or entityID contains what is asked for; by name in the reader's language.
   * @param query empty for all
   */
  search(language: Language, query: string): readonly ServiceProviderSummary[];
  /** A service's name in the reader's language; undefined for one that no metadata in force tells of. */
  nameOf(entityId: string, language: Language): string | undefined;
};

/** The name of a service in the reader's language; without one, its entityID. */
export function nameOf({ names, entityId }: ServiceProviderSummary, language: Language): string {
  return chooseText(names, language) ?? entityId;
}

/**
 * Makes what gives the catalogue as it is now. To sort a federation takes longer than to answer a login, so the same one
 * is given for as long as nothing changes.
 */
export function keepServiceCatalogue(serviceProviders: Pick<ServiceProviders, 'list'>): () => ServiceCatalogue {
  let listed: readonly ServiceProviderSummary[] = [];
  let catalogue = makeCatalogue(listed);
  return () => {
    const now = serviceProviders.list();
    if (isSame(listed, now)) return catalogue;
    listed = now;
    catalogue = makeCatalogue(listed);
    return catalogue;
  };
}

/** What is not asked for is not made. */
function makeCatalogue(listed: readonly ServiceProviderSummary[]): ServiceCatalogue {
  const sorted: Partial<Record<Language, readonly ServiceProviderSummary[]>> = {};
  let searched: ReadonlyMap<ServiceProviderSummary, string> | undefined;
  let byEntityId: ReadonlyMap<string, ServiceProviderSummary> | undefined;
  return {
    size: listed.length,
    search(language, query) {
      sorted[language] ??= sortBy(listed, language);
      const wanted = fold(query);
      if (wanted === '') return sorted[language];
      searched ??= new Map(listed.map((summary) => [summary, searchedTextOf(summary)]));
      const texts = searched;
      return sorted[language].filter((summary) => texts.get(summary)?.includes(wanted));
    },
    nameOf(entityId, language) {
      byEntityId ??= new Map(listed.map((summary) => [summary.entityId, summary]));
      const known = byEntityId.get(entityId);
      return known && nameOf(known, language);
    },
  };
}

/** A summary is never edited; what is the same object says the same. */
function isSame(one: readonly ServiceProviderSummary[], other: readonly ServiceProviderSummary[]): boolean {
  return one === other || (one.length === other.length && one.every((summary, at) => summary === other[at]));
}

function sortBy(summaries: readonly ServiceProviderSummary[], language: Language): readonly ServiceProviderSummary[] {
  const collator = new Intl.Collator(language, { numeric: true });
  return summaries
    .map((summary) => ({ summary, name: nameOf(summary, language) }))
    .sort((one, other) => collator.compare(one.name, other.name))
    .map(({ summary }) => summary);
}

function searchedTextOf({ names, entityId }: ServiceProviderSummary): string {
  return fold([...Object.values(names), entityId].join('\n'));
}

const fold = (text: string): string => text.normalize('NFKC').toLowerCase().trim();
