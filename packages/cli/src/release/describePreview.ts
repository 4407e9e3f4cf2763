import { type AttributeValue, attributeValueText, notYetStored, type ReleaseDecision } from '@gakumon/attributes';
import type { EncryptionChoice, ServiceProviderSettings } from '@gakumon/idp';
import { isoTime } from '../metadata/moments.ts';
import type { Preview } from './previewRelease.ts';

/** What stands for a stored identifier that nobody has yet. */
export const drawnLater = '(drawn at the first login there)';

/** A value on one line. */
export const tellValue = (value: AttributeValue): string => tellIdentifier(attributeValueText(value));

export const tellIdentifier = (text: string): string => text.replace(notYetStored, drawnLater);

/**
 * A preview as it goes out to scripts: `user`, `sp`, `nameId`, `encrypted` and `attributes` are a contract. The `values` of
 * an attribute are those that go, or all that stay.
 */
export function describePreview({ person, serviceProvider, release, encryption, refusal, settings }: Preview) {
  const { nameId, decisions, withheld } = release;
  const { closed, password } = person.account;
  return {
    user: person.username,
    sp: serviceProvider.entityId,
    nameId: { format: nameId.format, value: tellIdentifier(nameId.value) },
    encrypted: encryption.kind === 'encrypt',
    attributes: decisions.map((decision) => describeDecision(decision, settings)),
    withheld,
    encryption: describeEncryption(encryption),
    access:
      refusal === undefined
        ? { permitted: true, rule: null, reason: null }
        : { permitted: false, rule: refusal.rule, reason: refusal.reason },
    account: {
      open: closed === undefined,
      closed: closed?.reason ?? null,
      password: password?.kind ?? null,
      ...(password?.kind === 'expires' ? { passwordExpires: isoTime(password.at) } : {}),
    },
    sourcesAway: person.sourcesAway ?? [],
  };
}

function describeDecision(decision: ReleaseDecision, settings: ServiceProviderSettings) {
  const { attribute, released, values, kept, isRequired, rule, reason } = decision;
  const { id, name } = attribute.definition;
  return {
    name: id,
    oid: settings.attributes[id]?.name ?? name,
    values: (released ? values : attribute.values).map(tellValue),
    released,
    rule: rule ?? null,
    reason,
    required: isRequired ?? null,
    kept: kept.map((one) => ({ value: tellValue(one.value), rule: one.rule ?? null, reason: one.reason })),
  };
}

function describeEncryption(choice: EncryptionChoice) {
  if (choice.kind !== 'encrypt') return choice;
  const { kind, cipher, keyTransport, recipient } = choice;
  return { kind, cipher, keyTransport, certificate: recipient.fingerprint };
}
