import { listChildren, type XmlElement } from '@gakumon/saml';
import { ns } from '@gakumon/terms';
import { readTextAttribute } from './elementText.ts';
import { keepFirst } from './keepFirst.ts';
import { readLocalisedTexts } from './localisedTexts.ts';
import type { AttributePurpose } from './serviceProvider.ts';
import type { Warn } from './warnings.ts';

const mostPurposes = 500;
/** Characters: a sentence or two, which the consent page shows beside the attribute. */
const longestPurpose = 500;

/** Reads GakuNin's RequestedAttributeExtension elements (GAKUNIN.md 1.3): what each attribute is wanted for, by language. */
export function readAttributePurposes(extensions: XmlElement | undefined, warn: Warn): readonly AttributePurpose[] {
  if (extensions === undefined) return [];
  const found = new Map<string, AttributePurpose>();
  const elements = listChildren(extensions, ns.uapprove, 'RequestedAttributeExtension');
  for (const el of keepFirst(elements, mostPurposes, warn)) {
    const friendlyName = readTextAttribute(el, 'FriendlyName', 200, warn);
    if (friendlyName === undefined) warn('a RequestedAttributeExtension has no FriendlyName and is ignored');
    if (friendlyName === undefined || found.has(friendlyName)) continue;
    const purposes = readLocalisedTexts(listChildren(el, ns.uapprove, 'Description'), longestPurpose, warn);
    if (Object.keys(purposes).length > 0) found.set(friendlyName, { friendlyName, purposes });
  }
  return [...found.values()];
}
