import type { Language } from '@gakumon/terms';
import { fillPlaceholders, pageTexts } from '../../messages/index.ts';
import type { ShownTotpKey } from '../../views/authenticatorsPages.ts';
import { drawQr } from './drawQr.ts';

/** A secret as whoever sets up a device needs it: to scan, to type, to open. */
export async function showKey(
  { secret, uri }: { readonly secret: string; readonly uri: string },
  account: string,
  language: Language,
): Promise<ShownTotpKey> {
  const { settings } = pageTexts[language].authenticators.totp;
  return { qr: await drawQr(uri), key: inGroups(secret), uri, settings: fillPlaceholders(settings, { account }) };
}

/** In fours, so that nobody loses the place while typing; apps overlook the spaces. */
const inGroups = (secret: string): string => secret.replace(/.{4}(?=.)/g, '$& ');
