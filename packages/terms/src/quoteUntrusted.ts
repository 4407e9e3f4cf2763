/**
 * Shows a piece of what somebody else sent in a message for the operator: quoted, never long, and unable to break its
 * line or to steer the terminal it ends up on (controls, directions, other ends of lines; Unicode TR 36, 2.5).
 * @param longest UTF-16 units of it to show
 */
export function quoteUntrusted(text: string, longest = 100): string {
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return JSON.stringify(short).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
