import { trimXmlSpace } from '@gakumon/saml';

/** Longest address that is believed; browsers and proxies are not sure to carry longer ones. */
const longest = 2048;

/**
 * Validates an address from metadata to which a browser may be sent, or which a page may link to. Hostile until here:
 * `javascript:` and `data:` would run in our origin, and `https://sp.example.org@evil.example/` reads like another host.
 *
 * @param value as it stands in the document
 * @returns the address without surrounding white space, otherwise unchanged (an AuthnRequest names it by the same
 * characters); undefined unless it is an absolute http or https URL without user information, fragment, control
 * characters, spaces and backslashes
 */
export function validateWebUrl(value: string): string | undefined {
  const address = trimXmlSpace(value);
  if (address.length > longest || /[\s\p{Cc}\\#]/u.test(address)) return undefined;
  const authority = /^https?:\/\/([^/?]+)/i.exec(address)?.[1];
  if (authority === undefined || authority.includes('@') || !URL.canParse(address)) return undefined;
  return address;
}

/**
 * Validates an address from metadata that pages link to and nothing is sent to: the same, where a fragment may follow, as
 * on many sites' privacy statements.
 */
export function validateLink(value: string): string | undefined {
  const link = trimXmlSpace(value);
  const fragment = link.indexOf('#');
  if (fragment === -1) return validateWebUrl(link);
  const isPlain = link.length <= longest && !/[\s\p{Cc}\\]/u.test(link);
  return isPlain && validateWebUrl(link.slice(0, fragment)) !== undefined ? link : undefined;
}
