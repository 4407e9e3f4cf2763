import { findAffiliation } from './affiliations.ts';
import type { AttributeSyntax, AttributeValue, WithheldCode } from './types.ts';

/** A value that keeps the rules, or what it breaks. */
export type ParsedValue =
  | { readonly value: AttributeValue }
  | { readonly problem: WithheldCode; readonly reason: string };

type ParseRule = (raw: string, scopes: readonly string[]) => ParsedValue;

/** Longest value in UTF-16 units: a response must fit a form, and no attribute of the dictionary needs more. */
export const valueLimit = 2048;

const refuse = (problem: WithheldCode, reason: string): ParsedValue => ({ problem, reason });
const text = (value: string): ParsedValue => ({ value: { kind: 'text', value } });

const matching =
  (pattern: RegExp, reason: string): ParseRule =>
  (raw) =>
    pattern.test(raw) ? text(raw) : refuse('syntax', reason);

/** Splits at the one `@` and answers with our own spelling of the scope, since some SPs compare it exactly. */
const scoped =
  (local: RegExp, reason: string): ParseRule =>
  (raw, scopes) => {
    const [value, scope, ...more] = raw.split('@');
    if (value === undefined || scope === undefined || more.length > 0 || !local.test(value)) {
      return refuse('syntax', reason);
    }
    const own = findScope(scope, scopes);
    return own === undefined
      ? refuse('scope', 'the scope is not one of this IdP, so every SP would drop the value')
      : { value: { kind: 'scoped', value, scope: own } };
  };

const findScope = (written: string, scopes: readonly string[]): string | undefined =>
  scopes.find((scope) => scope.toLowerCase() === written.toLowerCase());

const uri = matching(/^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+$/, 'not a URI');
const orcidPattern = /^https:\/\/orcid\.org\/((?:\d{4}-){3}\d{3}[\dX])$/;
const scopedShape = scoped(/^[^\s@]{1,256}$/, 'not value@scope with exactly one @ and no white space');

/** The rule of each syntax. Scopes are those that this IdP may speak for. */
const attributeSyntaxes: Readonly<Record<AttributeSyntax, ParseRule>> = {
  text,
  uri,
  mail: matching(/^[^\s@<>]{1,64}@[^\s@<>]{1,255}$/, 'not a mail address'),
  orcid: (raw) => {
    const [, digits] = orcidPattern.exec(raw) ?? [];
    return digits !== undefined && hasOrcidCheckDigit(digits)
      ? text(raw)
      : refuse('syntax', 'not of the form https://orcid.org/0000-0000-0000-0000 with its check digit');
  },
  // How somebody logged in is computed from what they proved, and differs from login to login: no directory knows it.
  assurance: (raw, scopes) =>
    /^https:\/\/www\.gakunin\.jp\/profile\/AAL|^https:\/\/refeds\.org\/profile\/[ms]fa$/.test(raw)
      ? refuse('computed-only', 'the strength of a login is not a property of a person')
      : uri(raw, scopes),
  affiliation: (raw) => {
    const affiliation = findAffiliation(raw);
    return affiliation === undefined ? refuse('vocabulary', vocabularyReason) : text(affiliation);
  },
  domain: (raw, scopes) => {
    const own = findScope(raw, scopes);
    return own === undefined ? refuse('scope', 'not one of the scopes of this IdP') : text(own);
  },
  scopedAffiliation: (raw, scopes) => {
    const parsed = scopedShape(raw, scopes);
    if (!('value' in parsed) || parsed.value.kind !== 'scoped') {
      return parsed;
    }
    const affiliation = findAffiliation(parsed.value.value);
    return affiliation === undefined
      ? refuse('vocabulary', vocabularyReason)
      : { value: { ...parsed.value, value: affiliation } };
  },
  principalName: scopedShape,
  uniqueId: scoped(/^[A-Za-z0-9]{1,64}$/, 'not of the form [a-zA-Z0-9]{1,64}@scope'),
  // SAML V2.0 Subject Identifier Attributes Profile 1.0, section 3.3.2
  subjectId: scoped(/^[A-Za-z0-9][A-Za-z0-9=-]{0,126}$/, 'not of the form [A-Za-z0-9][A-Za-z0-9=-]{0,126}@scope'),
  personalUniqueCode: scoped(
    /^(?:faculty|staff|student|member):[^\s@:;]{1,256}$/,
    'not of the form affiliation:number@scope with one of faculty, staff, student, member',
  ),
  nameId: () => refuse('computed-only', 'made for each SP; a directory cannot hold it'),
};

const vocabularyReason = 'not one of faculty, staff, student, member';

/**
 * Reads one value by the dictionary's rule for it.
 * @param raw as the source gave it; white space at its ends is part of it
 * @param scopes those that this IdP may speak for
 */
export function parseAttributeValue(syntax: AttributeSyntax, raw: string, scopes: readonly string[]): ParsedValue {
  if (raw.trim() === '') {
    return refuse('empty', 'no text in it');
  }
  if (raw.length > valueLimit) {
    return refuse('too-long', `more than ${valueLimit} characters`);
  }
  if (!isXmlText(raw)) {
    return refuse('forbidden-character', 'holds a character that XML 1.0 cannot carry, or half a surrogate pair');
  }
  return attributeSyntaxes[syntax](raw, scopes);
}

/** Whether every character is a Char of XML 1.0 (section 2.2). */
function isXmlText(value: string): boolean {
  return /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u.test(value);
}

/** ISO 7064 MOD 11-2 over sixteen characters. */
function hasOrcidCheckDigit(written: string): boolean {
  const digits = written.replaceAll('-', '');
  const total = [...digits.slice(0, 15)].reduce((sum, digit) => (sum + Number(digit)) * 2, 0);
  const check = (12 - (total % 11)) % 11;
  return digits.at(-1) === (check === 10 ? 'X' : String(check));
}
