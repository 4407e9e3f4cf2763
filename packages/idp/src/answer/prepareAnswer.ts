import { toSamlAttribute } from '@gakumon/attributes';
import type { ServiceProvider } from '@gakumon/metadata';
import { buildNameId, type NameId, type OutElement } from '@gakumon/saml';
import { type Brand, GakumonError, type Person, type SessionId } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { transientIdFor } from '../seal/transientId.ts';
import type { SsoAttempt } from '../types.ts';
import { chooseEncryption, type EncryptionChoice } from './chooseEncryption.ts';
import { isAskedPerson } from './decideSubject.ts';
import { releaseAttributes } from './releaseAttributes.ts';

/** What is said about a person, written already, and how it will travel; unfiltered attributes do not fit in. */
export type PreparedAnswer = Brand<
  {
    readonly nameId: NameId;
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
 * was consumed or begun by then. Pure.
 * @throws GakumonError `subject-other` when the SP asked about somebody else; `name-id-policy`; `encryption-impossible`
 *   when there must be encryption and no key of the SP can be used; `xml-malformed` for values that XML cannot hold
 */
export function prepareAnswer(
  idp: Idp,
  attempt: SsoAttempt,
  serviceProvider: ServiceProvider,
  { person, session, assurance }: AnswerSubject,
): PreparedAnswer {
  const { entityId } = serviceProvider;
  const newTransientId = () => transientIdFor(idp.sealingKeys, { attempt: attempt.id, session, entityId });
  const release = releaseAttributes(idp, attempt, serviceProvider, person, newTransientId, assurance);
  if (!isAskedPerson(attempt.request.subject, release)) throw new GakumonError('subject-other');
  const settings = idp.settingsOf(entityId);
  const encryption = chooseEncryption(serviceProvider, settings, idp.cipherOfSource(serviceProvider.source));
  if (encryption.kind === 'impossible') throw new GakumonError('encryption-impossible', { detail: encryption.detail });
  const { nameId } = release;
  // Written once more with the assertion; here only because it may throw.
  buildNameId(nameId);
  const attributes = release.attributes.map((one) => toSamlAttribute(one, settings.attributes[one.definition.id]));
  return { nameId, attributes, encryption } as unknown as PreparedAnswer;
}
