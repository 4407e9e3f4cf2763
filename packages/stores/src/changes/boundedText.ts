const longest = 1000;

/**
 * A text that is no longer than its store pays for. A visitor who proved nothing chooses some of them (law 4), and
 * PostgreSQL takes neither NUL nor half a surrogate pair.
 */
export function boundedText<Text extends string | undefined>(text: Text, most?: number): Text;
export function boundedText(text: string | undefined, most: number = longest): string | undefined {
  return text?.slice(0, most).replaceAll('\0', '\uFFFD').toWellFormed();
}
