import { randomBytes } from 'node:crypto';
import type { BrowserId } from '@gakumon/terms';

/** A fresh name for a browser: 128 random bits. */
export function newBrowserId(): BrowserId {
  return randomBytes(16).toString('base64url') as BrowserId;
}
