import { type Language, unknownAddress } from '@gakumon/terms';
import { pageTexts } from '../messages/index.ts';

/** A person's address, or in words that nobody could tell it. */
export function showAddress(address: string, language: Language): string {
  return address === unknownAddress ? pageTexts[language].portal.unknownAddress : address;
}
