import { isIP } from 'node:net';
import { findChild, listChildren, type XmlElement } from '@gakumon/saml';
import { ns, quoteUntrusted } from '@gakumon/terms';
import { readExactText } from './elementText.ts';
import type { DiscoveryHints } from './identityProvider.ts';
import { keepFirst } from './keepFirst.ts';
import type { Warn } from './warnings.ts';

const mostHints = 1000;
const longestHint = 255;

/** Reads mdui:DiscoHints of an IdP's role (SAML V2.0 Metadata Extensions for Login and Discovery User Interface 2.2). */
export function readDiscoHints(extensions: XmlElement | undefined, warn: Warn): DiscoveryHints {
  const hints = extensions && findChild(extensions, ns.mdui, 'DiscoHints');
  const read = <T>(name: string, parse: (hint: string) => T | undefined): readonly T[] =>
    keepFirst(hints === undefined ? [] : listChildren(hints, ns.mdui, name), mostHints, warn)
      .map((el) => readHint(el, parse, warn))
      .filter((hint) => hint !== undefined);
  return {
    ipRanges: read('IPHint', parseIpRange),
    domains: read('DomainHint', parseDomain),
    places: read('GeolocationHint', parsePlace),
  };
}

function readHint<T>(el: XmlElement, parse: (hint: string) => T | undefined, warn: Warn): T | undefined {
  const text = readExactText(el, longestHint, warn);
  if (text === undefined || text === '') return undefined;
  const hint = parse(text);
  if (hint === undefined) warn(`${el.localName} ${quoteUntrusted(text)} is ignored: it is not of its form`);
  return hint;
}

/** CIDR notation; a lone address is a range of one. */
function parseIpRange(text: string): string | undefined {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || address.includes('%') || more.length > 0) return undefined;
  const most = family === 4 ? 32 : 128;
  if (bits === undefined) return `${address}/${most}`;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most ? text : undefined;
}

function parseDomain(text: string): string | undefined {
  return /^[\p{L}\p{N}_]([\p{L}\p{M}\p{N}._-]*[\p{L}\p{N}])?$/u.test(text) ? text : undefined;
}

/** A geo: URI (RFC 5870) of latitude and longitude; what else it may hold doesn't place an IdP. */
function parsePlace(text: string): DiscoveryHints['places'][number] | undefined {
  const match = /^geo:(-?\d{1,3}(?:\.\d{1,15})?), ?(-?\d{1,3}(?:\.\d{1,15})?)(?:[,;].*)?$/i.exec(text);
  const [latitude, longitude] = [Number(match?.[1]), Number(match?.[2])];
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : undefined;
}
