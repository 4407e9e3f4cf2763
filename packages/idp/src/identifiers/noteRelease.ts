import { attributeValueText, identifierDigest, type ReleasedAttributes } from '@gakumon/attributes';
import { type EntityId, nameIdFormats, type Username } from '@gakumon/terms';
import type { PreparedAnswer } from '../answer/prepareAnswer.ts';
import type { Idp } from '../idp.ts';
import type { IssuedIdentifier } from '../ports.ts';

/** Writes down what left the house in one answer: names of attributes, and digests of what named the person; never values. */
export function noteRelease(
  { releaseLog, newId, clock }: Pick<Idp, 'releaseLog' | 'newId' | 'clock'>,
  username: Username,
  serviceProvider: EntityId,
  { nameId, released }: Pick<PreparedAnswer, 'nameId' | 'released'>,
): void {
  releaseLog.append({
    id: newId(),
    at: clock(),
    username,
    serviceProvider,
    attributes: released.map(({ definition }) => definition.id),
    nameIdFormat: nameId.format,
    identifiers: [...issuedName(nameId), ...issuedAttributes(released)],
  });
}

function issuedName({ format, value }: PreparedAnswer['nameId']): readonly IssuedIdentifier[] {
  const kind = nameKinds.get(format);
  return kind === undefined ? [] : [{ kind, digest: identifierDigest(kind, value) }];
}

const nameKinds: ReadonlyMap<string, 'transient' | 'persistent'> = new Map([
  [nameIdFormats.transient, 'transient'],
  [nameIdFormats.persistent, 'persistent'],
] as const);

const attributeKinds = [
  'eduPersonTargetedID',
  'pairwise-id',
  'subject-id',
  'eduPersonPrincipalName',
  'eduPersonUniqueId',
] as const;

function issuedAttributes(released: ReleasedAttributes): readonly IssuedIdentifier[] {
  return released.flatMap(({ definition, values }) => {
    const kind = attributeKinds.find((one) => one === definition.id);
    if (kind === undefined) return [];
    return values.map((value) => ({
      kind,
      digest: identifierDigest(kind, value.kind === 'nameId' ? value.value : attributeValueText(value)),
    }));
  });
}
