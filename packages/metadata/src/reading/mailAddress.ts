/** RFC 5321 4.5.3.1: a mailbox has no more. */
const longest = 254;

/**
 * The mailboxes that people have (RFC 5322 3.4.1 dot-atom, RFC 6531 letters); no quoted strings, comments, several, and
 * none of the characters that mean something in a URI.
 */
const mailbox = /^[\p{L}\p{M}\p{N}!$'*+=^_{|}~.-]{1,64}@[\p{L}\p{N}]([\p{L}\p{M}\p{N}.-]*[\p{L}\p{N}])?$/u;

/**
 * The mail address in an md:EmailAddress: with `mailto:` as SAML Metadata 2.3.2.2 wants it, or without as many write it.
 * What a mailto: address may say beside it (subject, copies to others; RFC 6068 2) is taken off.
 *
 * @returns undefined unless it is one mailbox without anything that could mean more to a mail program
 */
export function parseMailAddress(written: string): string | undefined {
  const text = written.trim();
  const uri = /^mailto:/i.test(text) ? text.slice('mailto:'.length).split('?')[0] : undefined;
  const address = (uri === undefined ? text : decodePercents(uri))?.trim();
  return address !== undefined && address.length <= longest && mailbox.test(address) ? address : undefined;
}

function decodePercents(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
