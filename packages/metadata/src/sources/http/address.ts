import { GakumonError, isLoopbackHost, quoteUntrusted } from '@gakumon/terms';
import type { MetadataSource } from '../source.ts';

const longest = 2048;

/**
 * Takes an address that an operator gave apart.
 * @throws GakumonError `metadata-address` unless it is an absolute http or https URL without user information and fragment
 */
export function requireWebAddress(url: string): URL {
  const shown = quoteUntrusted(url, 200);
  const refuse = (why: string, hint?: string): never => {
    throw new GakumonError('metadata-address', { detail: `${shown} ${why}`, hint });
  };
  if (url.length > longest) refuse(`is longer than ${longest} characters`);
  if (/[\s\p{C}\\]/u.test(url) || !URL.canParse(url)) return refuse('is not a URL');
  const address = new URL(url);
  if (address.protocol !== 'https:' && address.protocol !== 'http:') refuse('is neither http nor https');
  if (address.username !== '' || address.password !== '') {
    const hint = 'metadata is public: ask the federation for an address without a password';
    throw new GakumonError('metadata-address', {
      detail: `${address.host}: the address holds a user or password`,
      hint,
    });
  }
  if (url.includes('#')) refuse('has a fragment', 'leave out the # and what follows; it never reaches a server');
  return address;
}

/**
 * Checks where a source fetches from: what is believed without a signature has to come from this machine, or by a
 * connection that nobody can change anything on.
 * @throws GakumonError `metadata-address`
 */
export function requireSafeOrigin({
  name,
  origin,
  signers,
}: Pick<MetadataSource, 'name' | 'origin' | 'signers'>): void {
  if (origin.kind !== 'url' && origin.kind !== 'mdq') return;
  const address = requireWebAddress(origin.url);
  if (signers.length > 0 || address.protocol === 'https:' || isLoopbackHost(address.hostname)) return;
  throw new GakumonError('metadata-address', {
    detail: `${name}: ${address.href} is plain http, and what it says would be believed without a signature`,
    hint: 'use https, or name the signer with cert',
  });
}
