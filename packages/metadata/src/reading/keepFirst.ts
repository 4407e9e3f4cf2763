import type { XmlElement } from '@gakumon/saml';
import type { Warn } from './warnings.ts';

/**
 * The first so many elements of one name: whoever writes metadata decides how many there are, and each costs time and
 * memory here. What is beyond is left out with a warning.
 */
export function keepFirst(elements: readonly XmlElement[], most: number, warn: Warn): readonly XmlElement[] {
  if (elements.length <= most) return elements;
  warn(`${elements.length} elements ${elements[0]?.localName}: those after the first ${most} are ignored`);
  return elements.slice(0, most);
}
