import type { KeyObject } from 'node:crypto';
import type { EntityId, LocalisedOptional } from '@gakumon/terms';

/** A key out of an md:KeyDescriptor. The certificate is only its container: its dates are never asked (GAKUNIN.md 1.4). */
export type MetadataKey = {
  readonly key: KeyObject;
  /** SHA-256 of the certificate's DER, lower-case hex. */
  readonly fingerprint: string;
  /** The certificate, base64 DER on one line. */
  readonly certificate: string;
};

/** An md:EncryptionMethod (SAML Metadata 2.4.1.1), with what XML Encryption lets it say of itself. */
export type EncryptionMethod = {
  readonly algorithm: string;
  /** xenc:KeySize, bits. */
  readonly keySize: number | undefined;
  /** ds:DigestMethod of RSA-OAEP. */
  readonly digest: string | undefined;
  /** xenc11:MGF of RSA-OAEP. */
  readonly mgf: string | undefined;
};

/** A key to encrypt to, with what its KeyDescriptor says about how. */
export type EncryptionKey = MetadataKey & {
  /** The algorithms of its md:EncryptionMethod elements in document order. */
  readonly methods: readonly string[];
  readonly encryptionMethods: readonly EncryptionMethod[];
};

/** The keys of a role. */
export type RoleKeys = {
  readonly signingKeys: readonly MetadataKey[];
  readonly encryptionKeys: readonly EncryptionKey[];
  /**
   * Why keys that the entity offers to be encrypted to are not among those: too weak, not RSA, unreadable. An entity that
   * has such ones only is not one without a key.
   */
  readonly unusableEncryptionKeys: readonly string[];
};

/** An md:EndpointType (SAML Metadata 2.2.2). Addresses are absolute http or https URLs, character by character as written. */
export type Endpoint = {
  readonly binding: string;
  readonly location: string;
  /** Where answers go; undefined: to `location`. */
  readonly responseLocation: string | undefined;
};

/** alg:DigestMethod and alg:SigningMethod (SAML V2.0 Metadata Profile for Algorithm Support 2.3, 2.4), the preferred first. */
export type AlgorithmSupport = {
  readonly digests: readonly string[];
  readonly signatures: readonly {
    readonly algorithm: string;
    /** Bits, both inclusive. */
    readonly minKeySize: number | undefined;
    readonly maxKeySize: number | undefined;
  }[];
};

/** An mdui:Logo with an http or https address. Nobody has looked at what is there. */
export type UiInfoLogo = {
  readonly url: string;
  /** Pixels, as the metadata says. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** As the keys of a LocalisedOptional; undefined: for every language. */
  readonly language: string | undefined;
};

/** mdui:UIInfo, by language (SAML V2.0 Metadata Extensions for Login and Discovery User Interface 2.1). */
export type UiInfo = {
  /** mdui:DisplayName, else md:ServiceName, else md:OrganizationDisplayName. May be empty. */
  readonly names: LocalisedOptional;
  readonly descriptions: LocalisedOptional;
  readonly informationUrls: LocalisedOptional;
  readonly privacyStatementUrls: LocalisedOptional;
  readonly keywords: Readonly<Record<string, readonly string[]>>;
  readonly logos: readonly UiInfoLogo[];
};

/** A saml:Attribute of mdattr:EntityAttributes; its values in document order, each once. */
export type EntityAttribute = {
  readonly name: string;
  readonly nameFormat: string | undefined;
  readonly values: readonly string[];
};

/** mdrpi:RegistrationInfo (SAML V2.0 Metadata Extensions for Registration and Publication Information 2.1). */
export type Registration = {
  readonly authority: string;
  /** Milliseconds. */
  readonly instant: number | undefined;
  readonly policies: LocalisedOptional;
};

/** mdrpi:PublicationInfo (the same, 2.2). */
export type Publication = {
  readonly publisher: string;
  /** Milliseconds. */
  readonly instant: number | undefined;
  readonly usagePolicies: LocalisedOptional;
};

/** The types of SAML Metadata 2.3.2.2, and the one of REFEDS' security contact. */
export type ContactType = 'technical' | 'support' | 'administrative' | 'billing' | 'security' | 'other';

/** An md:ContactPerson. */
export type Contact = {
  readonly type: ContactType;
  readonly company: string | undefined;
  readonly givenName: string | undefined;
  readonly surName: string | undefined;
  /** Plain addresses, without `mailto:`. */
  readonly emailAddresses: readonly string[];
  readonly telephoneNumbers: readonly string[];
};

/** md:Organization (SAML Metadata 2.3.2.1). */
export type Organization = {
  readonly names: LocalisedOptional;
  readonly displayNames: LocalisedOptional;
  readonly urls: LocalisedOptional;
};

/** What metadata tells of an entity in one of its roles, whichever role it is. */
export type EntityDescription = UiInfo &
  RoleKeys & {
    readonly entityId: EntityId;
    /** The name of the metadata source that told. */
    readonly source: string;
    readonly singleLogoutServices: readonly Endpoint[];
    readonly algorithms: AlgorithmSupport;
    readonly nameIdFormats: readonly string[];
    /** Entity categories: values of one of `entityAttributes`. */
    readonly categories: readonly string[];
    readonly entityAttributes: readonly EntityAttribute[];
    readonly registrationAuthority: string | undefined;
    readonly registration: Registration | undefined;
    readonly publication: Publication | undefined;
    readonly contacts: readonly Contact[];
    readonly organization: Organization | undefined;
    /** The earliest validUntil of the entity and everything around it, in milliseconds; undefined when none stands there. */
    readonly validUntil: number | undefined;
  };
