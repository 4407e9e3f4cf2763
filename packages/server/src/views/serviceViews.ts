import { continueAddress, type Idp, type SsoSession } from '@gakumon/idp';
import type { ServiceProvider, ServiceProviderSummary } from '@gakumon/metadata';
import { chooseText, type Language } from '@gakumon/terms';
import { fillPlaceholders, pageTexts } from '../messages/index.ts';
import type { ServiceList, ServiceView } from './pageData.ts';

/** From so many services on there is a field to search them. */
const searchable = 12;
/** A page lists no more than this; a federation has thousands. */
const longest = 60;

/** The name of a service in the reader's language; without one, its entityID. */
export function nameOf(serviceProvider: ServiceProviderSummary, language: Language): string {
  return chooseText(serviceProvider.names, language) ?? serviceProvider.entityId;
}

/** What a page says about a service. */
export function viewService(idp: Idp, serviceProvider: ServiceProvider, language: Language): ServiceView {
  return {
    name: nameOf(serviceProvider, language),
    description: chooseText(serviceProvider.descriptions, language),
    informationUrl: webAddress(chooseText(serviceProvider.informationUrls, language)),
    href: startAddress(idp, serviceProvider),
  };
}

/** Where a login to a service starts: at the service itself when it says where, else by an unsolicited answer of ours. */
function startAddress(idp: Idp, serviceProvider: ServiceProvider): string {
  if (serviceProvider.requestInitiator !== undefined) return continueAddress(idp, serviceProvider);
  return `/idp/profile/SAML2/Unsolicited/SSO?${new URLSearchParams({ providerId: serviceProvider.entityId })}`;
}

/** Where the person was signed in to in a session; a service that has left the metadata since is left out. */
export async function visitedNames(
  idp: Pick<Idp, 'serviceProviders'>,
  session: SsoSession,
  language: Language,
): Promise<string[]> {
  const visited = session.serviceProviders.map(({ entityId }) => idp.serviceProviders.find(entityId));
  return (await Promise.all(visited))
    .filter((serviceProvider) => serviceProvider !== undefined)
    .map((serviceProvider) => nameOf(serviceProvider, language));
}

/** Metadata is written by others: only web addresses become links. */
function webAddress(written: string | undefined): string | undefined {
  return written !== undefined && /^https?:\/\//i.test(written) && URL.canParse(written) ? written : undefined;
}

/**
 * The services, by name in the reader's language.
 * @param query a part of a name
 * @param action the page that the list stands on
 */
export async function listServices(idp: Idp, language: Language, query: string, action: string): Promise<ServiceList> {
  const all = idp.serviceProviders.list();
  const wanted = fold(query);
  const found = all.filter((one) => wanted === '' || searchTextOf(one).includes(wanted));
  const collator = new Intl.Collator(language);
  const sorted = found.sort((a, b) => collator.compare(nameOf(a, language), nameOf(b, language)));
  const rest = sorted.length - longest;
  const listed = await Promise.all(sorted.slice(0, longest).map(({ entityId }) => idp.serviceProviders.find(entityId)));
  return {
    services: listed.filter((one) => one !== undefined).map((one) => viewService(idp, one, language)),
    more: rest > 0 ? fillPlaceholders(pageTexts[language].front.more, { count: rest }) : undefined,
    query: all.length > searchable || query !== '' ? query : undefined,
    action,
  };
}

const fold = (text: string): string => text.normalize('NFKC').toLowerCase().trim();

const searchTextOf = (one: ServiceProviderSummary): string =>
  fold([...Object.values(one.names), one.entityId].join('\n'));
