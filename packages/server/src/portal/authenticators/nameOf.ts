import { isFixed } from '@gakumon/idp';
import type { Authenticator } from '@gakumon/mfa';
import type { Language } from '@gakumon/terms';
import { pageTexts } from '../../messages/index.ts';

/** What its owner calls it; one that nobody named is called by its kind. */
export const nameOf = (one: Authenticator, language: Language): string =>
  isFixed(one) ? pageTexts[language].authenticators.names[one.kind] : one.name;
