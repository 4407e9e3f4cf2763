import type { IdentityProvider, ServiceProvider } from '@gakumon/metadata';
import { listIdentityFacts, listKeyFacts, tellEndpoint } from './entityFacts.ts';
import { type Fact, ifThere, inLanguages, yes } from './fact.ts';

type ConsumingService = ServiceProvider['attributeConsumingServices'][number];

/** A service provider as its metadata tells it, for a person. */
export function listServiceProviderFacts(serviceProvider: ServiceProvider): Fact[] {
  const { assertionConsumerServices, otherAssertionConsumerServices, attributeConsumingServices } = serviceProvider;
  return [
    ...listIdentityFacts(serviceProvider),
    [
      'answers go to',
      ...assertionConsumerServices.map(({ location, isDefault }) => location + (isDefault ? ' (default)' : '')),
    ],
    ['places we never answer to', ...otherAssertionConsumerServices.map(tellEndpoint)],
    ['a login starts at', ...serviceProvider.requestInitiators],
    ...listKeyFacts(serviceProvider),
    ['signs its requests', yes(serviceProvider.authnRequestsSigned)],
    ['wants assertions signed', yes(serviceProvider.wantAssertionsSigned)],
    ['NameID formats it likes', ...serviceProvider.nameIdFormats],
    ['subject identifier', ...ifThere(serviceProvider.subjectIdRequirement)],
    [
      'requested attributes',
      ...attributeConsumingServices.flatMap((service) => tellRequested(service, serviceProvider)),
    ],
  ];
}

function tellRequested(
  { requested, names }: ConsumingService,
  { attributePurposes, attributeConsumingServices }: ServiceProvider,
): string[] {
  const lines = requested.map(({ name, friendlyName, isRequired, values }) => {
    const purposes = attributePurposes.find((purpose) => purpose.friendlyName === friendlyName)?.purposes ?? {};
    return [
      `${friendlyName === undefined ? '' : `${friendlyName} `}${name}`,
      isRequired ? ' (required)' : '',
      values.length === 0 ? '' : ` only ${values.join(' ')}`,
      ...inLanguages(purposes).map((purpose) => `; ${purpose}`),
    ].join('');
  });
  const isOnly = attributeConsumingServices.length < 2;
  return isOnly ? lines : [`for ${inLanguages(names)[0] ?? 'a service of its own'}:`, ...lines];
}

/** An identity provider as its metadata tells it. We answer none; it is shown for whoever looks for it. */
export function listIdentityProviderFacts(identityProvider: IdentityProvider): Fact[] {
  const { scopes, singleSignOnServices } = identityProvider;
  return [
    ...listIdentityFacts(identityProvider),
    ['scopes', ...scopes.map(({ value, isRegexp }) => value + (isRegexp ? ' (a pattern)' : ''))],
    ['logins go to', ...singleSignOnServices.map(tellEndpoint)],
    ...listKeyFacts(identityProvider),
  ];
}
