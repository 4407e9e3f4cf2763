import { createHmac, timingSafeEqual } from 'node:crypto';
import { type BrowserId, GakumonError } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { SealingKey } from './sealingKeys.ts';

/**
 * Makes the CSRF token of one form: it holds for this browser and this purpose only, and nothing is stored.
 * @param purpose what the form does, e.g. `login` with the attempt's id
 */
export function formToken(idp: Pick<Idp, 'sealingKeys'>, browser: BrowserId, purpose: string): string {
  return tokenBy(idp.sealingKeys.current, browser, purpose).toString('base64url');
}

/** @throws GakumonError `form-foreign` when the token is not this browser's for this purpose */
export function requireFormToken(
  idp: Pick<Idp, 'sealingKeys'>,
  browser: BrowserId,
  purpose: string,
  token: string,
): void {
  const given = Buffer.from(token, 'base64url');
  const isOurs = idp.sealingKeys.all.some((key) => {
    const expected = tokenBy(key, browser, purpose);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!isOurs) throw new GakumonError('form-foreign', { detail: purpose });
}

function tokenBy(key: SealingKey, browser: BrowserId, purpose: string): Buffer {
  return createHmac('sha256', key.authentication).update(`${browser.length}:${browser}${purpose}`).digest();
}
