/**
 * Writes a value so that it stands for itself inside a filter (RFC 4515, section 3).
 * @param value any text; what was typed at a login, mostly
 */
export function escapeFilterValue(value: string): string {
  return value.replace(/[\\*()\0]/g, (character) => `\\${hex(character)}`);
}

/**
 * Writes a value so that it stands for itself inside a DN, as the value of one attribute of an RDN (RFC 4514, section 2.4).
 * @param value any text
 */
export function escapeDnValue(value: string): string {
  return value.replace(/^[ #]|[\\"+,;<>=]| $/g, '\\$&').replace(/[\0\r\n]/g, (character) => `\\${hex(character)}`);
}

const hex = (character: string): string => character.charCodeAt(0).toString(16).padStart(2, '0');
