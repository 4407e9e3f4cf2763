import type { AccountClosure } from '@gakumon/terms';
import type { LdapAccountSettings } from '../settings.ts';
import type { LdapEntry } from '../types.ts';
import { type AccountDay, readAccountDay } from './accountDay.ts';
import { valuesOf } from './entryValues.ts';

/** What the attributes that gakumon.yaml names say; the reason that stays longest first. */
export function readConfiguredClosure(
  entry: LdapEntry,
  settings: LdapAccountSettings,
  now: number,
): AccountClosure | undefined {
  if (isListed(entry, settings.left)) return { reason: 'left' };
  if (isListed(entry, settings.disabled)) return { reason: 'disabled' };
  return readEnd(entry, settings.expires, now) ?? readBeginning(entry, settings.opens, now);
}

function isListed(entry: LdapEntry, list: LdapAccountSettings['disabled']): boolean {
  if (list === undefined) return false;
  const closing = new Set(list.values.map(comparable));
  return valuesOf(entry, list.attribute).some((value) => closing.has(comparable(value)));
}

const comparable = (value: string): string => value.normalize('NFKC').trim().toLowerCase();

/**
 * A date closes the account after its day, and of several ends the first counts. A value that can't be read closes it:
 * somebody wanted it to end, and a mistype must not keep a graduate's account open for ever. It shows at once, and the
 * help desk sees which it is.
 */
function readEnd(entry: LdapEntry, attribute: string | undefined, now: number): AccountClosure | undefined {
  const ends = daysOf(entry, attribute).map((day) => day.ends);
  if (ends.length === 0) return undefined;
  if (ends.some(Number.isNaN)) return { reason: 'expired' };
  const at = Math.min(...ends);
  return at <= now ? { reason: 'expired', at } : undefined;
}

/** The same the other way round: unreadable is not yet open, and of several beginnings the last counts. */
function readBeginning(entry: LdapEntry, attribute: string | undefined, now: number): AccountClosure | undefined {
  const beginnings = daysOf(entry, attribute).map((day) => day.begins);
  if (beginnings.length === 0) return undefined;
  if (beginnings.some(Number.isNaN)) return { reason: 'not-yet-open' };
  const opensAt = Math.max(...beginnings);
  return opensAt > now ? { reason: 'not-yet-open', opensAt } : undefined;
}

function daysOf(entry: LdapEntry, attribute: string | undefined): readonly AccountDay[] {
  if (attribute === undefined) return [];
  return valuesOf(entry, attribute)
    .map((value) => readAccountDay(attribute, value))
    .filter((day) => day !== undefined);
}
