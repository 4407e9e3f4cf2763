/** RFC 4226 section 4 (R6) asks for 128 bits; 80 is what the examples of every app have. */
const fewestBits = 80;
const mostCharacters = 256;

/**
 * A TOTP secret as a person writes it: Base32 (RFC 4648 section 6) in any case, in groups, with or without padding.
 * @returns it in capitals without padding; undefined when it is no Base32, or has fewer than 80 bits
 */
export function parseTotpSecret(written: string): string | undefined {
  const secret = written.replaceAll(/[ -]/g, '').replace(/=+$/, '').toUpperCase();
  const isBase32 = /^[A-Z2-7]+$/.test(secret) && secret.length <= mostCharacters;
  // No number of whole octets is written in 1, 3 or 6 characters more than a multiple of 8
  const isWhole = ![1, 3, 6].includes(secret.length % 8);
  const bits = Math.floor((secret.length * 5) / 8) * 8;
  return isBase32 && isWhole && bits >= fewestBits ? secret : undefined;
}
