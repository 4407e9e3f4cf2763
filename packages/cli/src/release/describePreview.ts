import type { ReleaseDecision } from '@gakumon/attributes';
import type { EncryptionChoice, ServiceProviderSettings } from '@gakumon/idp';
import { isoTime } from '../metadata/moments.ts';
import { assuranceAttribute } from './previewAssurance.ts';
import type { Preview } from './previewRelease.ts';
import { describeKept, tellIdentifier, tellValue } from './tellValue.ts';

/**
 * A preview as it goes out to scripts: `user`, `sp`, `nameId`, `encrypted` and `attributes` are a contract. The `values` of
 * an attribute are those that go, or all that stay.
 */
export function describePreview(preview: Preview) {
  const { person, serviceProvider, release, encryption, refusal, settings, usualNameIdFormat, assurance } = preview;
  const { nameId, decisions, withheld } = release;
  const { closed, password } = person.account;
  return {
    user: person.username,
    sp: serviceProvider.entityId,
    nameId: { format: nameId.format, value: tellIdentifier(nameId.value) },
    nameIdFormats: { permitted: release.nameIdFormats.permitted, withoutPolicy: usualNameIdFormat },
    encrypted: encryption.kind === 'encrypt',
    attributes: decisions.map((decision) => describeDecision(decision, settings)),
    assurance: assurance === undefined ? null : { name: assuranceAttribute, ...assurance },
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
    kept: kept.map(describeKept),
  };
}

function describeEncryption(choice: EncryptionChoice) {
  if (choice.kind !== 'encrypt') return choice;
  const { kind, cipher, keyTransport, recipient } = choice;
  return { kind, cipher, keyTransport, certificate: recipient.fingerprint };
}
