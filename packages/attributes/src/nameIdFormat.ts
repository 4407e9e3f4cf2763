import { GakumonError, nameIdFormats } from '@gakumon/terms';
import { attributeValueText } from './attributeValueText.ts';
import { applyRules } from './filterAttributes.ts';
import { supportedNameIdFormats } from './nameId.ts';
import { denies, listDenials } from './release/denials.ts';
import type { ReleaseRules } from './releaseRules.ts';
import type { Recipient } from './releaseTarget.ts';
import type { ResolvedAttribute } from './types.ts';

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

/** What the release rules say of the formats in which a person may be named to an SP. */
export type NameIdFormats = {
  /** The transient one is always among them, since it tells nothing about anybody. */
  readonly permitted: readonly string[];
  /** Those that would be, if no rule denied them. */
  readonly denied: readonly string[];
};

/**
 * Of the formats of every release rule that matches, which are permitted. A deny wins over every permission, as it does
 * for attributes.
 * @param resolved what is known about the person for this SP
 * @param canMake whether the person can be named in a format at all
 */
export function judgeNameIdFormats(
  recipient: Recipient,
  rules: ReleaseRules,
  resolved: readonly ResolvedAttribute[],
  canMake: (format: string) => boolean = () => true,
): NameIdFormats {
  const { permitting, denying } = applyRules(rules, recipient, resolved);
  const named = new Set([nameIdFormats.transient, ...permitting.flatMap(({ nameId = [] }) => nameId)]);
  const makeable = [...named].filter(canMake);
  const denied = makeable.filter((format) => isDeniedFormat(format, denying, resolved));
  return { permitted: makeable.filter((format) => !denied.includes(format)), denied };
}

/** Who denies the attribute that tells the same as a NameID means that too. */
function isDeniedFormat(format: string, denying: ReleaseRules, resolved: readonly ResolvedAttribute[]): boolean {
  switch (format) {
    case nameIdFormats.persistent:
      // Also a deny of certain values: the identifier may be made otherwise, and those values are known to nobody.
      return ['eduPersonTargetedID', 'pairwise-id'].some((id) => listDenials(denying, id).length > 0);
    case nameIdFormats.emailAddress: {
      const addresses = resolved.find(({ definition }) => definition.id === 'mail')?.values.map(attributeValueText);
      return listDenials(denying, 'mail').some(
        (denial) =>
          typeof denial.selection === 'string' ||
          addresses?.some((address) => denies(denial, () => address, addresses.length)),
      );
    }
    default:
      return false;
  }
}

/** What a NameIDPolicy asks for; `unspecified` leaves the choice to us, like none at all (SAML Core 3.4.1.1). */
export function requestedNameIdFormat(written: string | undefined): string | undefined {
  return written === nameIdFormats.unspecified ? undefined : written;
}

/**
 * Decides in which format a person is named. Where the SP would have got one that is denied, it gets the transient one and
 * not the next that it likes: that one may tell more, and a deny never releases more.
 * @param requested as the NameIDPolicy asks; undefined: it leaves the choice to us
 * @param metadataFormats of the SP, the one that it prefers first
 * @throws GakumonError `name-id-policy` when what is asked for is not permitted. A preference that merely stands in the
 *   metadata never makes a login fail (saml2int).
 */
export function decideNameIdFormat({
  requested,
  metadataFormats,
  permitted,
  denied,
}: NameIdFormats & {
  readonly requested: string | undefined;
  readonly metadataFormats: readonly string[];
}): string {
  const wanted = requestedNameIdFormat(requested);
  if (wanted === undefined) {
    const best = metadataFormats.find((format) => permitted.includes(format) || denied.includes(format));
    return best === undefined || denied.includes(best) ? nameIdFormats.transient : best;
  }
  if (!permitted.includes(wanted)) {
    throw new GakumonError('name-id-policy', {
      detail: `a NameID of the format ${JSON.stringify(wanted)} is not given`,
    });
  }
  return wanted;
}
