import { GakumonError, nameIdFormats } from '@gakumon/terms';
import { supportedNameIdFormats } from './nameId.ts';
import type { ReleaseRules } from './releaseRules.ts';
import { decideTarget, type Recipient } from './releaseTarget.ts';

const shortNames: ReadonlyMap<string, string> = new Map([
  ['transient', nameIdFormats.transient],
  ['persistent', nameIdFormats.persistent],
  ['emailAddress', nameIdFormats.emailAddress],
]);

/** How release.yaml names formats, besides by their URI. */
export const nameIdFormatNames: readonly string[] = [...shortNames.keys()];

/**
 * The URI of a format as an operator writes it.
 * @returns undefined for what is none, or is a format that nobody makes: a rule that permits it would permit nothing
 */
export function findNameIdFormat(written: string): string | undefined {
  const format = shortNames.get(written) ?? written;
  return supportedNameIdFormats.includes(format) ? format : undefined;
}

/** The attribute that tells the same as a NameID of the format: who denies the one means the other too. */
const sameAsAttribute: ReadonlyMap<string, string> = new Map([
  [nameIdFormats.persistent, 'eduPersonTargetedID'],
  [nameIdFormats.emailAddress, 'mail'],
]);

/**
 * The formats in which a person may be named to an SP: those of every release rule that matches, and the transient one
 * always, since it tells nothing about anybody. A deny wins over every permission, as it does for attributes.
 */
export function listPermittedNameIdFormats(recipient: Recipient, rules: ReleaseRules): readonly string[] {
  const verdicts = rules.map((rule) => ({ rule, verdict: decideTarget(rule.to, recipient) }));
  const permitting = verdicts.filter(({ verdict }) => verdict === 'matches');
  const denied = verdicts.filter(({ verdict }) => verdict !== 'other').flatMap(({ rule }) => rule.deny);
  const named = permitting
    .flatMap(({ rule }) => rule.nameId ?? [])
    .filter((format) => !denied.includes(sameAsAttribute.get(format) ?? format));
  return [...new Set([nameIdFormats.transient, ...named])];
}

/** What a NameIDPolicy asks for; `unspecified` leaves the choice to us, like none at all (SAML Core 3.4.1.1). */
export function requestedNameIdFormat(written: string | undefined): string | undefined {
  return written === nameIdFormats.unspecified ? undefined : written;
}

/**
 * Decides in which format a person is named.
 * @param requested as the NameIDPolicy asks; undefined: it leaves the choice to us
 * @param metadataFormats of the SP, the one that it prefers first
 * @param permitted what may be given to this SP about this person, and can be made
 * @throws GakumonError `name-id-policy` when what is asked for is not permitted. A preference that merely stands in the
 *   metadata never makes a login fail (saml2int).
 */
export function decideNameIdFormat({
  requested,
  metadataFormats,
  permitted,
}: {
  readonly requested: string | undefined;
  readonly metadataFormats: readonly string[];
  readonly permitted: readonly string[];
}): string {
  const wanted = requestedNameIdFormat(requested);
  if (wanted === undefined) {
    return metadataFormats.find((format) => permitted.includes(format)) ?? nameIdFormats.transient;
  }
  if (!permitted.includes(wanted)) {
    throw new GakumonError('name-id-policy', {
      detail: `a NameID of the format ${JSON.stringify(wanted)} is not given`,
    });
  }
  return wanted;
}
