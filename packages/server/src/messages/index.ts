import type { Language } from '@gakumon/terms';
import { errorMessagesEn } from './errors.en.ts';
import { errorMessagesJa } from './errors.ja.ts';
import type { ErrorMessages } from './message.ts';
import { pageTextsEn } from './pages.en.ts';
import { pageTextsJa } from './pages.ja.ts';
import type { PageTexts } from './pageTexts.ts';

export { fillPlaceholders, type Message, type PageErrorCode } from './message.ts';
export type { PageTexts } from './pageTexts.ts';

export const errorMessages: Readonly<Record<Language, ErrorMessages>> = { ja: errorMessagesJa, en: errorMessagesEn };
export const pageTexts: Readonly<Record<Language, PageTexts>> = { ja: pageTextsJa, en: pageTextsEn };
