import type { AttributeSyntax, ReleasedAttributes, ResolvedAttribute } from '@gakumon/attributes';
import type { NameId } from '@gakumon/saml';
import { nameIdFormats } from '@gakumon/terms';

/** The attributes that name one person and nobody else. */
const identifying: readonly AttributeSyntax[] = ['mail', 'principalName', 'uniqueId', 'subjectId', 'nameId'];

/**
 * Whether the one who logged in is the one that the SP asked about (SAML Core 3.4.1.4, Profiles 4.1.4.1: otherwise the
 * answer is an error, without an assertion). Some SPs send the address that was typed there, as `unspecified` (Core 8.3.1:
 * to be interpreted here): it is met by the NameID, or by any released identifier. Only what is released counts, so that
 * an SP learns nothing from a guess that it would not have been told.
 */
export function isAskedPerson(
  asked: { readonly format: string | undefined; readonly value: string } | undefined,
  released: { readonly nameId: NameId; readonly attributes: ReleasedAttributes },
): boolean {
  if (asked === undefined) return true;
  const { nameId, attributes } = released;
  const { format = nameIdFormats.unspecified } = asked;
  const value = foldCase(asked.value, format);
  const isOfFormat = format === nameIdFormats.unspecified || format === nameId.format;
  if (isOfFormat && foldCase(nameId.value, format) === value) return true;
  return attributes.some((attribute) => listNames(attribute, format).includes(value));
}

/**
 * What looks like a mail address is compared without regard to case, as people type it. ASCII only: Unicode has other
 * letters (the Kelvin sign) whose small form is one of ours, and who typed one of those meant somebody else.
 */
function foldCase(value: string, format: string): string {
  if (!readable.includes(format) || !value.includes('@')) return value;
  return value.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function listNames({ definition, values }: ResolvedAttribute, format: string): string[] {
  if (!identifying.includes(definition.syntax)) return [];
  return values.flatMap((value) => {
    if (value.kind === 'nameId') return value.format === format ? [value.value] : [];
    if (!readable.includes(format)) return [];
    return [foldCase(value.kind === 'scoped' ? `${value.value}@${value.scope}` : value.value, format)];
  });
}

/** Formats in which an SP writes what a person typed. */
const readable: readonly string[] = [nameIdFormats.unspecified, nameIdFormats.emailAddress];
