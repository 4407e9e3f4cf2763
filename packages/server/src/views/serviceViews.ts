import { continueAddress, type Idp, type SsoSession } from '@gakumon/idp';
import type { ServiceProvider } from '@gakumon/metadata';
import { chooseText, type Language } from '@gakumon/terms';
import { fillPlaceholders, pageTexts } from '../messages/index.ts';
import type { ServiceList, ServiceView } from './pageData.ts';
import { nameOf, type ServiceCatalogue } from './serviceCatalogue.ts';

/** From so many services on there is a field to search them. */
const searchable = 12;
/** A page lists no more than this; a federation has thousands. */
const longest = 60;

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
export function visitedNames(catalogue: ServiceCatalogue, session: SsoSession, language: Language): string[] {
  return session.serviceProviders
    .map(({ entityId }) => catalogue.nameOf(entityId, language))
    .filter((name) => name !== undefined);
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
export async function listServices(
  { idp, catalogue }: { readonly idp: Idp; readonly catalogue: ServiceCatalogue },
  language: Language,
  query: string,
  action: string,
): Promise<ServiceList> {
  const found = catalogue.search(language, query);
  const rest = found.length - longest;
  // Only what is shown is read
  const read = await Promise.all(found.slice(0, longest).map(({ entityId }) => idp.serviceProviders.find(entityId)));
  return {
    services: read.filter((one) => one !== undefined).map((one) => viewService(idp, one, language)),
    more: rest > 0 ? fillPlaceholders(pageTexts[language].front.more, { count: rest }) : undefined,
    query: catalogue.size > searchable || query !== '' ? query : undefined,
    action,
  };
}
