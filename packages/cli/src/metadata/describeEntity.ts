import { describeServiceProvider, type ServiceProvider } from '@gakumon/metadata';
import { type Fact, ifThere } from './fact.ts';
import type { FoundEntity } from './findEntity.ts';
import { isoTime, tellDay, tellMoment } from './moments.ts';
import { listIdentityProviderFacts, listServiceProviderFacts } from './roleFacts.ts';
import { listTreatmentFacts } from './treatment.ts';

/** What `metadata show` prints for a person: who it is, then how it is treated. @param now milliseconds */
export function listFactsOf(found: FoundEntity, now: number): Fact[] {
  const { serviceProvider, identityProvider, treatment, lastUse, warnings } = found;
  const shown = serviceProvider ?? identityProvider;
  const role = serviceProvider === undefined ? 'identity provider' : 'service provider';
  const both = serviceProvider !== undefined && identityProvider !== undefined ? `${role} and identity provider` : role;
  return [
    ['entityID', ...ifThere(shown?.entityId)],
    ['role', both],
    ['source', ...ifThere(shown?.source)],
    [
      'also told of by',
      ...found.others.map(({ source, hasExpired }) => source + (hasExpired ? ', expired there' : '')),
    ],
    ['is answered', tellStanding(found, now)],
    ...(serviceProvider === undefined ? [] : listServiceProviderFacts(serviceProvider)),
    ...(serviceProvider === undefined && identityProvider !== undefined
      ? listIdentityProviderFacts(identityProvider)
      : []),
    ...(treatment === undefined
      ? []
      : listTreatmentFacts(treatment.decided, treatment.encryption, treatment.circumstances)),
    ...(serviceProvider === undefined
      ? []
      : [['last login here', lastUse === undefined ? 'not in the last 90 days' : tellDay(lastUse)] as const]),
    ['odd about it', ...warnings.map(({ message }) => message)],
  ];
}

function tellStanding({ serviceProvider, isInForce, others, unanswered }: FoundEntity, now: number): string {
  if (unanswered?.kind === 'undecided') return `not now: ${unanswered.why}`;
  if (serviceProvider === undefined) return 'no: it is an identity provider, and this IdP answers service providers';
  const { source, validUntil } = serviceProvider;
  const [other] = others;
  if (!isInForce) {
    if (validUntil === undefined || validUntil > now) return `no: ${unanswered?.why ?? 'it cannot be used as it is'}`;
    const expired = `no: its metadata expired ${tellMoment(validUntil, now)}`;
    const isPassedOver = other !== undefined && !other.hasExpired;
    return isPassedOver
      ? `${expired}, and ${other.source} counts only once the whole document of ${source} has`
      : expired;
  }
  const before = others.find(({ comesBefore }) => comesBefore);
  if (before !== undefined) return `yes, by the word of ${source}, since the document of ${before.source} has expired`;
  return other === undefined ? 'yes' : `yes, by the word of ${source}, which counts before that of ${other.source}`;
}

/** The JSON that `metadata show` prints. */
export function describeEntity(found: FoundEntity) {
  const { serviceProvider, identityProvider, others, isInForce, treatment, lastUse, warnings } = found;
  const about = {
    isInForce,
    otherSources: others.map(({ source }) => source),
    lastUse: isoTime(lastUse),
    warnings: warnings.map(({ message }) => message),
  };
  if (serviceProvider !== undefined) {
    const { encryption, decided, circumstances } = treatment ?? {};
    const { settings } = circumstances ?? {};
    return { ...describeRole(serviceProvider), ...about, encryption, settings, treatment: decided };
  }
  if (identityProvider === undefined) return about;
  const { entityId, source, names, scopes, categories, registrationAuthority, validUntil } = identityProvider;
  const certs = identityProvider.signingKeys.map(({ fingerprint }) => fingerprint);
  return {
    entityID: entityId,
    role: 'idp',
    source,
    names,
    scopes: scopes.map(({ value }) => value),
    certs,
    categories,
    registrationAuthority,
    validUntil: isoTime(validUntil),
    ...about,
  };
}

/** The contract's description, with what else decides about an answer. */
function describeRole(serviceProvider: ServiceProvider) {
  const { names, descriptions, nameIdFormats, attributeConsumingServices, validUntil } = serviceProvider;
  const { attributePurposes, contacts, organization, singleLogoutServices } = serviceProvider;
  return {
    ...describeServiceProvider(serviceProvider),
    role: 'sp',
    names,
    descriptions,
    nameIdFormats,
    requestsSigned: serviceProvider.authnRequestsSigned,
    wantsAssertionsSigned: serviceProvider.wantAssertionsSigned,
    canBeEncryptedTo: serviceProvider.encryptionKeys.length > 0,
    requestedAttributes: attributeConsumingServices.flatMap(({ requested }) =>
      requested.map(({ name, friendlyName, isRequired }) => ({ name, friendlyName, isRequired })),
    ),
    purposes: attributePurposes,
    logout: singleLogoutServices.map(({ binding, location }) => ({ binding, location })),
    subjectIdentifier: serviceProvider.subjectIdRequirement,
    contacts,
    organization,
    registrationAuthority: serviceProvider.registrationAuthority,
    validUntil: isoTime(validUntil),
  };
}
