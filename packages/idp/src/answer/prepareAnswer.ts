import { holdsNotYetStored, type ReleasedAttributes, toSamlAttribute } from '@gakumon/attributes';
import type { ServiceProvider } from '@gakumon/metadata';
import { buildNameId, type NameId, type OutElement } from '@gakumon/saml';
import { type Brand, GakumonError, type Person, type SessionId } from '@gakumon/terms';
import { findStoredIds, giveStoredIds, isMissing, type StoredIdsOf, usesStoredIds } from '../identifiers/storedIds.ts';
import type { Idp } from '../idp.ts';
import { transientIdFor } from '../seal/transientId.ts';
import type { SsoAttempt } from '../types.ts';
import { chooseEncryption, type EncryptionChoice } from './chooseEncryption.ts';
import { isAskedPerson } from './decideSubject.ts';
import { type Release, releaseAttributes } from './releaseAttributes.ts';

/** What is said about a person, written already, and how it will travel; unfiltered attributes do not fit in. */
export type PreparedAnswer = Brand<
  {
    readonly nameId: NameId;
    /** What the attributes below say, for the release log. */
    readonly released: ReleasedAttributes;
    /** saml:Attribute elements. */
    readonly attributes: readonly OutElement[];
    readonly encryption: Exclude<EncryptionChoice, { kind: 'impossible' }>;
  },
  'PreparedAnswer'
>;

/** Whom an answer is about. */
export type AnswerSubject = {
  readonly person: Person;
  /** The one that the answer will belong to. */
  readonly session: SessionId;
  /** The URIs that tell in eduPersonAssurance how strong the login was. */
  readonly assurance: readonly string[];
};

/**
 * Makes everything of an answer about which it can still turn out that it must not or cannot be given, so that nothing
 * was consumed or begun by then. Stored identifiers are looked for, and drawn, only where they really go: an answer that
 * will not be given leaves no record.
 * @throws GakumonError `subject-other` when the SP asked about somebody else; `name-id-policy`; `encryption-impossible`
 *   when there must be encryption and no key of the SP can be used; `xml-malformed` for values that XML cannot hold;
 *   `store-unavailable` where a stored identifier goes and the records are away; `internal` instead of one that is not stored
 */
export async function prepareAnswer(
  idp: Idp,
  attempt: SsoAttempt,
  serviceProvider: ServiceProvider,
  about: AnswerSubject,
): Promise<PreparedAnswer> {
  const decide = (storedIds?: StoredIdsOf) => decideAnswer(idp, attempt, serviceProvider, about, storedIds);
  if (!usesStoredIds(idp)) return writeAnswer(decide());
  const { storedIds: wanted } = releaseFor(idp, attempt, serviceProvider, about, undefined);
  const found = await findStoredIds(idp, serviceProvider.entityId, wanted);
  const decided = decide(found.inForce);
  if (!isMissing(decided.release.storedIds, found.inForce)) return writeAnswer(decided);
  return writeAnswer(decide(await giveStoredIds(idp, serviceProvider.entityId, about.person.username, found)));
}

type DecidedAnswer = {
  readonly release: Release;
  readonly encryption: PreparedAnswer['encryption'];
  readonly attributes: PreparedAnswer['attributes'];
};

/** Pure. A stored identifier that is not there yet names nobody: an SP that asked about it asked about somebody else. */
function decideAnswer(
  idp: Idp,
  attempt: SsoAttempt,
  serviceProvider: ServiceProvider,
  about: AnswerSubject,
  storedIds: StoredIdsOf | undefined,
): DecidedAnswer {
  const release = releaseFor(idp, attempt, serviceProvider, about, storedIds);
  if (!isAskedPerson(attempt.request.subject, release)) throw new GakumonError('subject-other');
  const settings = idp.settingsOf(serviceProvider.entityId);
  const encryption = chooseEncryption(serviceProvider, settings, idp.cipherOfSource(serviceProvider.source));
  if (encryption.kind === 'impossible') throw new GakumonError('encryption-impossible', { detail: encryption.detail });
  // Written once more with the assertion; here only because it may throw.
  buildNameId(release.nameId);
  const attributes = release.attributes.map((one) => toSamlAttribute(one, settings.attributes[one.definition.id]));
  return { release, encryption, attributes };
}

function releaseFor(
  idp: Idp,
  attempt: SsoAttempt,
  serviceProvider: ServiceProvider,
  { person, session, assurance }: AnswerSubject,
  storedIds: StoredIdsOf | undefined,
): Release {
  const { entityId } = serviceProvider;
  const newTransientId = () => transientIdFor(idp.sealingKeys, { attempt: attempt.id, session, entityId });
  return releaseAttributes(idp, attempt, serviceProvider, person, newTransientId, assurance, storedIds);
}

/** The one way to an answer: what stands where nothing is stored yet would name everybody alike. */
function writeAnswer({ release, encryption, attributes }: DecidedAnswer): PreparedAnswer {
  const { nameId, attributes: released } = release;
  if (holdsNotYetStored(nameId, released)) {
    throw new GakumonError('internal', { detail: 'a stored identifier would go out before it is stored' });
  }
  return { nameId, released, attributes, encryption } as unknown as PreparedAnswer;
}
