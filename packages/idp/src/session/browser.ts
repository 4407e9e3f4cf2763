import { hash, randomBytes } from 'node:crypto';
import type { BrowserId } from '@gakumon/terms';

/** A fresh name for a browser: 128 random bits. */
export function newBrowserId(): BrowserId {
  return randomBytes(16).toString('base64url') as BrowserId;
}

/**
 * What a browser is known by when it comes again, long after what names it for one login is gone: a name made of that one,
 * which does not lead back to it. Holds no right.
 * @returns 43 characters of base64url
 */
export function knownBrowserOf(browser: BrowserId): string {
  return hash('sha256', `known browser ${browser}`, 'base64url');
}
