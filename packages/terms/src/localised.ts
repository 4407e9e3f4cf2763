/** The languages that every text of Gakumon exists in. */
export const languages = ['ja', 'en'] as const;
export type Language = (typeof languages)[number];

/** A text that exists in every language. */
export type Localised = Readonly<Record<Language, string>>;

/** A text from outside (metadata), which may exist in some languages only; keys are xml:lang values in lower case. */
export type LocalisedOptional = Readonly<Record<string, string>>;

/**
 * Chooses the text to show: the wanted language, else English, else Japanese, else whatever there is. A regional form
 * (`ja-jp`) will do where the language itself is missing.
 * @returns undefined when there is no text at all
 */
export function chooseText(texts: LocalisedOptional, wanted: Language): string | undefined {
  const chosen = [wanted, 'en', 'ja'].map((language) => textIn(texts, language)).find((text) => text !== undefined);
  return chosen ?? Object.values(texts)[0];
}

function textIn(texts: LocalisedOptional, language: string): string | undefined {
  const exact = texts[language];
  if (exact !== undefined) return exact;
  return Object.entries(texts).find(([tag]) => tag.startsWith(`${language}-`))?.[1];
}
