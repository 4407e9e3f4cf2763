import { attributeOf, parseXml, type XmlElement } from '@gakumon/saml';
import { GakumonError, ns, quoteUntrusted } from '@gakumon/terms';
import { listSaidCategories } from '../../index/saidCategories.ts';
import { parseCacheDuration } from '../../index/xmlDuration.ts';
import { metadataLimits } from '../../limits.ts';
import { type Entity, limitToAssertable, listRoles, nothingInherited, readEntity } from '../../reading/entities.ts';
import { readServiceProvider } from '../../reading/readServiceProvider.ts';
import type { ServiceProvider } from '../../reading/serviceProvider.ts';
import { readValidUntil } from '../../reading/validity.ts';
import { summariseWarnings } from '../../reading/warnings.ts';
import { judgeValidity } from '../../trust/judgeValidity.ts';
import { passesFilter } from '../../trust/passesFilter.ts';
import { verifyMetadata } from '../../trust/verifyMetadata.ts';
import type { MetadataSource } from '../source.ts';

/** One entity as a server told of it, verified and read. */
export type AcceptedAnswer = {
  readonly serviceProvider: ServiceProvider;
  /** Milliseconds. */
  readonly cacheDuration: number | undefined;
  /** Octets of the answer. */
  readonly size: number;
};

export type AnswerTrust = {
  readonly source: MetadataSource;
  /** PEM certificates of the signers; empty only where the source is believed unsigned. */
  readonly certificates: readonly string[];
  /** Milliseconds. */
  readonly now: number;
};

/**
 * Accepts the answer to a question for one entity by the same rules as any document: the signature of a pinned key, then
 * validUntil, filter and what the source may assert. It has to be one md:EntityDescriptor, and the very one asked for
 * (draft-young-md-query-saml 2.1): a server, or whoever stands on the way, could answer with another that is signed as well.
 *
 * @throws GakumonError `metadata-empty` when it is no service provider that counts here, with `data.filtered` when the
 * source's filter leaves it out; `metadata-invalid` when it is not
 * the one asked for; `metadata-trust-undecided`, `metadata-signature`, `metadata-validity`, `metadata-expired`, `key-invalid`, `xml-…`
 */
export function acceptAnswer(octets: Uint8Array, entityId: string, trust: AnswerTrust): AcceptedAnswer {
  const element = verifyAnswer(octets, trust);
  requireAskedFor(element, entityId);
  return { ...readAnswer(element, entityId, trust), size: octets.byteLength };
}

/**
 * Accepts an answer that was kept in a file, whoever it is about.
 * @throws GakumonError as acceptAnswer does
 */
export function acceptKept(octets: Uint8Array, trust: AnswerTrust): AcceptedAnswer {
  const element = verifyAnswer(octets, trust);
  const entityId = attributeOf(element, 'entityID') ?? '';
  requireAskedFor(element, entityId);
  return { ...readAnswer(element, entityId, trust), size: octets.byteLength };
}

function readAnswer(element: XmlElement, entityId: string, { source, now }: AnswerTrust) {
  let oddity: string | undefined;
  const entity = readEntity(element, nothingInherited, (message) => {
    oddity ??= message;
  });
  if (entity === undefined) throw new GakumonError('metadata-invalid', { detail: `${entityId}: ${oddity}` });
  if (!isWanted(entity, entityId, source))
    throw new GakumonError('metadata-empty', { detail: `${entityId} is filtered`, data: { filtered: 1 } });
  const { serviceProvider, warnings } = readServiceProvider(entity, source.name, source.mayAssert);
  if (serviceProvider === undefined) {
    throw new GakumonError('metadata-empty', { detail: `${entityId}: ${summariseWarnings(warnings)}` });
  }
  judgeValidity(serviceProvider.validUntil, { signed: false, now, maxValidity: undefined });
  return { serviceProvider, cacheDuration: parseCacheDuration(attributeOf(element, 'cacheDuration')) };
}

function verifyAnswer(octets: Uint8Array, { source, certificates, now }: AnswerTrust): XmlElement {
  const { maxValidity, allowSha1 } = source;
  if (certificates.length > 0) return verifyMetadata(octets, { certificates, now, maxValidity, allowSha1 }).element;
  if (!source.unsigned) throw new GakumonError('metadata-trust-undecided', { detail: source.name });
  const element = parseXml(octets, metadataLimits);
  judgeValidity(readValidUntil(element), { signed: false, now, maxValidity });
  return element;
}

function requireAskedFor(element: XmlElement, entityId: string): void {
  if (element.namespace !== ns.md || element.localName !== 'EntityDescriptor') {
    const detail = `the answer about ${entityId} is ${quoteUntrusted(element.localName)}, not one EntityDescriptor`;
    throw new GakumonError('metadata-invalid', { detail });
  }
  const told = attributeOf(element, 'entityID') ?? '';
  if (told === entityId) return;
  const detail = `asked for ${entityId}, the server told of ${quoteUntrusted(told, 300)}`;
  throw new GakumonError('metadata-invalid', { detail });
}

function isWanted(entity: Entity, entityId: string, { filter, mayAssert }: MetadataSource): boolean {
  const { entityAttributes, registrationAuthority } = limitToAssertable(entity, mayAssert);
  return passesFilter(
    {
      entityId,
      isServiceProvider: listRoles(entity.element, 'SPSSODescriptor').length > 0,
      isIdentityProvider: listRoles(entity.element, 'IDPSSODescriptor').length > 0,
      believed: { categories: entityAttributes.categories, registrationAuthority },
      said: { categories: listSaidCategories(entity.element) },
    },
    filter,
  );
}
