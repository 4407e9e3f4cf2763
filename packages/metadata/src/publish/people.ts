import { element, type OutElement } from '@gakumon/saml';
import { type Language, type Localised, languages } from '@gakumon/terms';

/** A person or desk to turn to. */
export type PublishedContact = {
  readonly type: 'technical' | 'support' | 'administrative' | 'security';
  readonly name: string;
  readonly email: string;
};

/** Makes a text for every language. */
export function localised(make: (language: Language) => string): Localised {
  return { ja: make('ja'), en: make('en') };
}

/** One element per language, with xml:lang. */
export function perLanguage(name: Parameters<typeof element>[0], texts: Localised | undefined): readonly OutElement[] {
  if (texts === undefined) return [];
  return languages.map((language) => element(name, { 'xml:lang': language }, texts[language]));
}

/** md:Organization (SAML Metadata 2.3.2.1). */
export function organization(name: Localised, url: Localised): OutElement {
  return element(
    'md:Organization',
    {},
    ...perLanguage('md:OrganizationName', name),
    ...perLanguage('md:OrganizationDisplayName', name),
    ...perLanguage('md:OrganizationURL', url),
  );
}

/**
 * md:ContactPerson (SAML Metadata 2.3.2.2); the name as a SurName, as GakuNin writes it, since it often is a desk.
 * SAML has no word for a security contact; REFEDS has an attribute for it.
 */
export function contactPerson({ type, name, email }: PublishedContact): OutElement {
  return element(
    'md:ContactPerson',
    type === 'security'
      ? { contactType: 'other', 'remd:contactType': 'http://refeds.org/metadata/contactType/security' }
      : { contactType: type },
    element('md:SurName', {}, name),
    element('md:EmailAddress', {}, email.startsWith('mailto:') ? email : `mailto:${email}`),
  );
}
