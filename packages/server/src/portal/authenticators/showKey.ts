import type { TotpKey } from '@gakumon/idp';
import type { Language } from '@gakumon/terms';
import { fillPlaceholders, pageTexts } from '../../messages/index.ts';
import type { ShownTotpKey } from '../../views/authenticatorsPages.ts';
import { drawQr } from './drawQr.ts';

/** A secret as whoever sets up a device needs it: to scan, to type, to open. */
export async function showKey(
  { grouped, uri }: Omit<TotpKey, 'secret'>,
  account: string,
  language: Language,
): Promise<ShownTotpKey> {
  const { settings } = pageTexts[language].authenticators.totp;
  return { qr: await drawQr(uri), key: grouped, uri, settings: fillPlaceholders(settings, { account }) };
}
