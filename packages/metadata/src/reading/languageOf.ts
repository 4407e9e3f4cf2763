import { attributeOf, type XmlElement } from '@gakumon/saml';
import { ns } from '@gakumon/terms';

/**
 * The language of an element by its own xml:lang, normalised: lower case, hyphens, and the two-letter code where there
 * is one (`jpn` and `JA` are `ja`, `en_GB` is `en-gb`; RFC 5646 4.5). `und` where none or nonsense is given.
 *
 * The pattern keeps names that objects already have (`constructor`, `__proto__`) out of records by language.
 */
export function languageOf(el: XmlElement): string {
  const written = attributeOf(el, 'lang', ns.xml) ?? '';
  return known.get(written) ?? normaliseLanguage(written);
}

/** Nearly all metadata is in these, and asking Intl is slow. */
const known = new Map([
  ['ja', 'ja'],
  ['en', 'en'],
]);

function normaliseLanguage(written: string): string {
  const tag = written.trim().toLowerCase().replaceAll('_', '-');
  if (tag.length > 35 || !/^[a-z]{2,8}(-[a-z0-9]{1,8})*$/.test(tag)) return 'und';
  try {
    return Intl.getCanonicalLocales(tag)[0]?.toLowerCase() ?? 'und';
  } catch {
    return tag;
  }
}
