/** Control and format characters and line separators; line feeds and tabs only set text in lines and columns. */
const invisible = /(?![\n\t])[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * Writes what can't be seen as `\uXXXX`: what foreign documents say must not steer the operator's terminal, nor hide
 * in what it shows. JSON says the same afterwards (RFC 8259 7).
 */
export function escapeInvisible(text: string): string {
  return text.replace(invisible, (character) =>
    Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at)).padStart(4, '0')}`).join(
      '',
    ),
  );
}

/** The same for an XML document, as character references: it says the same afterwards (XML 1.0 4.1). */
export function escapeInvisibleXml(xml: string): string {
  return xml.replace(invisible, (character) => `&#x${hex(character.codePointAt(0) ?? 0)};`);
}

const hex = (code: number): string => code.toString(16);
