import { GakumonError } from '@gakumon/terms';

/** A form as it was posted: every value under each name, in order. */
export type FormFields = ReadonlyMap<string, readonly string[]>;

/** More fields than any form of ours or of SAML has. */
const maximumFields = 32;

/**
 * Parses application/x-www-form-urlencoded strictly: what is no percent-encoded UTF-8 is refused instead of repaired, so that
 * two parsers never read two meanings.
 * @throws GakumonError `request-encoding`, `request-too-large` (too many fields)
 */
export function parseFormFields(text: string): FormFields {
  const fields = new Map<string, string[]>();
  const pairs = text === '' ? [] : text.split('&');
  if (pairs.length > maximumFields)
    throw new GakumonError('request-too-large', { detail: `${pairs.length} form fields` });
  for (const pair of pairs) {
    const cut = pair.indexOf('=');
    const name = decodeComponent(cut === -1 ? pair : pair.slice(0, cut));
    const value = cut === -1 ? '' : decodeComponent(pair.slice(cut + 1));
    const values = fields.get(name);
    if (values === undefined) fields.set(name, [value]);
    else values.push(value);
  }
  return fields;
}

/** The value of a field that stands in the form once; undefined when it is missing or repeated. */
export function onlyValue(fields: FormFields, name: string): string | undefined {
  const values = fields.get(name) ?? [];
  return values.length === 1 ? values[0] : undefined;
}

function decodeComponent(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch (cause) {
    throw new GakumonError('request-encoding', { detail: 'a form field is no percent-encoded UTF-8', cause });
  }
}
