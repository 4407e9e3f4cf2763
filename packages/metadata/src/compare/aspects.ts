import type { ServiceProvider } from '../reading/serviceProvider.ts';

/**
 * What an operator wants to hear of when it changes. validUntil is none of them: it moves each day, and that is told of
 * the document.
 */
export type Aspect =
  | 'signing-keys'
  | 'encryption-keys'
  | 'endpoints'
  | 'default-endpoint'
  | 'requested-attributes'
  | 'required-attributes'
  | 'categories'
  | 'subject-id'
  | 'name-id-formats'
  | 'signing'
  | 'registration-authority'
  | 'names';

/** What was said before only, and what is said now only. */
export type AspectChange = {
  /** `other`: something of the entity changed that is none of the rest. */
  readonly aspect: Aspect | 'other';
  readonly removed: readonly string[];
  readonly added: readonly string[];
};

/** Each aspect as a set of texts, in the order in which a change of it can break a login. */
const aspects: { readonly [aspect in Aspect]: (sp: ServiceProvider) => readonly string[] } = {
  'signing-keys': ({ signingKeys }) => signingKeys.map(({ fingerprint }) => fingerprint),
  'encryption-keys': ({ encryptionKeys }) =>
    encryptionKeys.map(({ fingerprint, methods }) => [fingerprint, ...methods].join(' ')),
  endpoints: ({ assertionConsumerServices, singleLogoutServices }) => [
    ...assertionConsumerServices.map(({ location }) => location),
    ...singleLogoutServices.map(({ binding, location, responseLocation = location }) =>
      ['logout', binding, ...new Set([location, responseLocation])].join(' '),
    ),
  ],
  'default-endpoint': ({ assertionConsumerServices }) =>
    assertionConsumerServices.filter(({ isDefault }) => isDefault).map(({ location }) => location),
  'requested-attributes': (sp) => listRequested(sp).map(({ name }) => name),
  'required-attributes': (sp) =>
    listRequested(sp)
      .filter(({ isRequired }) => isRequired)
      .map(({ name }) => name),
  categories: ({ categories }) => categories,
  'subject-id': ({ subjectIdRequirement }) => (subjectIdRequirement === undefined ? [] : [subjectIdRequirement]),
  'name-id-formats': ({ nameIdFormats }) => nameIdFormats,
  signing: ({ authnRequestsSigned, wantAssertionsSigned }) => [
    ...(authnRequestsSigned ? ['AuthnRequestsSigned'] : []),
    ...(wantAssertionsSigned ? ['WantAssertionsSigned'] : []),
  ],
  'registration-authority': ({ registrationAuthority }) =>
    registrationAuthority === undefined ? [] : [registrationAuthority],
  names: ({ names }) => Object.entries(names).map(([language, name]) => `${language}: ${name}`),
};

const listRequested = ({ attributeConsumingServices }: ServiceProvider) =>
  attributeConsumingServices.flatMap(({ requested }) => requested);

/** Compares what two documents say of one service provider; nothing when they say the same. */
export function compareAspects(before: ServiceProvider, after: ServiceProvider): readonly AspectChange[] {
  return Object.entries(aspects).flatMap(([aspect, valuesOf]): AspectChange[] => {
    const [old, fresh] = [new Set(valuesOf(before)), new Set(valuesOf(after))];
    const removed = [...old].filter((value) => !fresh.has(value)).sort();
    const added = [...fresh].filter((value) => !old.has(value)).sort();
    return removed.length + added.length === 0 ? [] : [{ aspect: aspect as Aspect, removed, added }];
  });
}
