import type { XmlStart } from '@gakumon/saml';
import { isGakumonError } from '@gakumon/terms';
import { earliest, readValidUntil } from '../reading/validity.ts';
import type { Warn } from '../reading/warnings.ts';
import { toElement } from './tagElement.ts';

/** By what the end of an enclosed group or entity is judged. */
export type EndRules = {
  /** The earliest end of everything around it. */
  readonly around: number | undefined;
  readonly now: number;
};

/**
 * Reads validUntil of an enclosed group or entity: the earlier of it and of what is around counts.
 * @returns `ignored`, with a warning, when it is over, or nobody can tell
 */
export function readEnd(start: XmlStart, { around, now }: EndRules, warn: Warn): number | undefined | 'ignored' {
  let end: number | undefined;
  try {
    end = readValidUntil(toElement(start));
  } catch (error) {
    if (!isGakumonError(error)) throw error;
    warn(`${start.localName} is ignored: ${error.detail}`);
    return 'ignored';
  }
  if (end !== undefined && end <= now) {
    warn(`${start.localName} is ignored: it was valid until ${new Date(end).toISOString()}`);
    return 'ignored';
  }
  return earliest(end, around);
}
