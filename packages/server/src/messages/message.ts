import type { ErrorCodeTelling } from '@gakumon/terms';

/** What a person reads about an error. Placeholders such as `{minutes}` are filled from the error's data. */
export type Message = {
  readonly title: string;
  /** What happened, in plain words. */
  readonly text: string;
  /** What to do now. */
  readonly next: string;
};

/** Errors that a page of ours can speak about. */
export type PageErrorCode = ErrorCodeTelling<'person' | 'sp'>;

/** Every error in one language; one that is missing doesn't compile. */
export type ErrorMessages = Readonly<Record<PageErrorCode, Message>>;

/**
 * Puts values into the placeholders of a text; one without a value is left out. `{count|minute|minutes}` is the first word
 * for one, the second for any other number.
 */
export function fillPlaceholders(text: string, data: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)(?:\|([^|{}]+)\|([^|{}]+))?\}/g, (_whole, name: string, one?: string, many?: string) => {
    if (!Object.hasOwn(data, name)) return '';
    return (data[name] === 1 ? one : many) ?? String(data[name]);
  });
}
