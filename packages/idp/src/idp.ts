import type { KeyObject } from 'node:crypto';
import type {
  AccessRules,
  AttributeNaming,
  AttributeRecipes,
  ReleaseRules,
  ResolutionContext,
} from '@gakumon/attributes';
import type { Directory } from '@gakumon/directory';
import type { ServiceProviders } from '@gakumon/metadata';
import type { AuthenticatorRecords, KnownPlaces, SingleUseCodes, StepUpPolicy } from '@gakumon/mfa';
import type { ContentCipher, SigningKey } from '@gakumon/saml';
import { type Clock, type EntityId, type IdMaker, minutes, type SessionToken, type Username } from '@gakumon/terms';
import type { KnownServiceProviders } from './door/requireServiceProvider.ts';
import type {
  AttemptLedger,
  Cases,
  HistoryEvent,
  PendingLogins,
  ReleaseEvent,
  Revocations,
  SsoSessions,
  StoredIds,
  Throttles,
} from './ports.ts';
import type { SealingKeys } from './seal/sealingKeys.ts';
import type { Revocable } from './session/isRevokedBy.ts';

/** What one SP is given differently from the others (sps.yaml). */
export type ServiceProviderSettings = {
  /** Sign the response. Without it the assertion is signed in any case; errors are signed always. */
  readonly signResponse: boolean;
  /** Sign the assertion inside too, whatever the SP's metadata says. */
  readonly signAssertion: boolean;
  /** `optional`: encrypt when the SP has a key. `required`: refuse without one. `never`: send in the clear. */
  readonly encryption: 'optional' | 'required' | 'never';
  /** The one key to encrypt to: SHA-256 of its certificate, lower-case hex. Else the first that can be used. */
  readonly encryptionKey: string | undefined;
  /** Encrypt with this, whatever the SP's metadata says. */
  readonly cipher: ContentCipher | undefined;
  /** How long an assertion may be presented, milliseconds. */
  readonly assertionLifetime: number;
  /** How long the SP may keep its own session from now, milliseconds; undefined: as long as ours lasts. */
  readonly sessionLifetime: number | undefined;
  /** How far back NotBefore is put for an SP whose clock is slow, milliseconds. */
  readonly skew: number;
  /** The NameID formats that it likes, best first, instead of those in its metadata; the release rules permit. */
  readonly nameIdFormats: readonly string[] | undefined;
  /** What attributes are called, by their names in the dictionary. */
  readonly attributes: Readonly<Record<string, AttributeNaming>>;
  /** Tell where the person authenticated from (SAML Core 2.7.2.1). */
  readonly subjectLocality: boolean;
  /** Tell in eduPersonAssurance too how strong the login was, where the release rules let that attribute out. */
  readonly assuranceAttribute: boolean;
};

export const defaultServiceProviderSettings: ServiceProviderSettings = {
  signResponse: true,
  signAssertion: false,
  encryption: 'optional',
  encryptionKey: undefined,
  cipher: undefined,
  assertionLifetime: minutes(5),
  sessionLifetime: undefined,
  skew: 0,
  nameIdFormats: undefined,
  attributes: {},
  subjectLocality: false,
  assuranceAttribute: false,
};

/** Everything the pipeline stands on. Made once by assembly; the functions in it answer with what is in force now. */
export type Idp = {
  readonly entityId: EntityId;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly scopes: readonly string[];
  /** The scope of a directory, by its name, where the configuration sets one. */
  readonly directoryScopes: ResolutionContext['directoryScopes'];
  readonly clock: Clock;
  readonly newId: IdMaker;
  /** Makes the bearer value of a session; an argument like the ids. */
  readonly newSessionToken: () => SessionToken;
  /** Waits; an argument like the clock, so that tests need not. */
  readonly delay: (milliseconds: number) => Promise<void>;
  /** The one that signs now; it may be another one at the next message. */
  readonly signingKey: SigningKey;
  /** Everything that is encrypted to us is opened by one of these, the current one first. */
  readonly decryptionKeys: readonly KeyObject[];
  readonly sealingKeys: SealingKeys;
  readonly identifierGenerators: ResolutionContext['generators'];
  readonly serviceProviders: ServiceProviders;
  /** Why nobody can be found under an entityID, for the operator's log. */
  readonly whyUnknown?: KnownServiceProviders['whyUnknown'];
  /** The cipher for the SPs of a metadata source, by its name, where they don't name one themselves. */
  readonly cipherOfSource: (source: string) => ContentCipher | undefined;
  /** Refuse every AuthnRequest without a signature, whatever the SP's metadata says. */
  readonly wantAuthnRequestsSigned: boolean;
  readonly settingsOf: (serviceProvider: EntityId) => ServiceProviderSettings;
  readonly releaseRules: () => ReleaseRules;
  /** Who may use which SP. */
  readonly accessRules: () => AccessRules;
  /** How attributes are made of what the directories tell (attributes.yaml). */
  readonly recipes: () => AttributeRecipes;
  /** The directories in the order in which they are asked. */
  readonly directories: () => readonly Directory[];
  /** The step-up policy, as it is now. */
  readonly policy: () => StepUpPolicy;
  readonly authenticators: AuthenticatorRecords;
  readonly codes: SingleUseCodes;
  readonly places: KnownPlaces;
  /** Who this is for WebAuthn: the domain that passkeys are bound to, and the one origin they are used at. */
  readonly relyingParty: { readonly id: string; readonly origin: string; readonly name: string };
  readonly attempts: AttemptLedger;
  readonly pendingLogins: PendingLogins;
  readonly sessions: SsoSessions;
  readonly revocations: Pick<Revocations, 'add'>;
  /** Whether a revocation that this node knows of says that this is over; asked of memory at each use of a session. */
  readonly isRevoked: (login: Revocable) => boolean;
  /** A queue in front of the records: never throws, and nobody waits for it. */
  readonly history: { append(event: HistoryEvent): void };
  /** What left the house: a queue like that of the history. */
  readonly releaseLog: { append(event: ReleaseEvent): void };
  readonly storedIds: StoredIds;
  /**
   * Whether a digest, as `identifierDigest` writes it, belongs to somebody else than this person who left within 24 months;
   * asked of memory at each login.
   */
  readonly isBlocked: (digest: string, username: Username) => boolean;
  readonly throttles: Throttles;
  readonly cases: Cases;
  /** How long an SSO session lasts unused, and at most; milliseconds. */
  readonly lifetimes: { readonly idle: number; readonly lifetime: number };
};
