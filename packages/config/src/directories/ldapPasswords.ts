import type { LdapSettings } from '@gakumon/directory';
import { byForm, duration, group, type Issue, isGroup, localised, object, webUrl, withRule, z } from '../schema.ts';
import type { LdapConfig } from './ldapConfig.ts';

type Place = LdapSettings['passwords']['place'];

const places = 'must be here, desk, or the https address where people change their password';

const place = byForm<Place>((value) =>
  typeof value === 'string' && /^https?:/i.test(value)
    ? webUrl.transform((url): Place => ({ at: 'elsewhere', url }))
    : z.enum(['here', 'desk'], { error: places }).transform((at): Place => ({ at })),
);

const shape = object({
  change: z
    .enum(['self', 'service', 'none'], {
      error: 'must be self (the person’s own login sets it), service (the one who searches does) or none',
    })
    .optional(),
  place: place.optional(),
  rules: localised.optional(),
  warning: duration.prefault('P14D'),
});

/** `passwords`: who may set a new one, and where people are sent for it. */
export const ldapPasswords = group(
  withRule(shape, (value) => [...changeFitsPlace(value), ...rulesAreShown(value)]).transform(
    ({ change, place, rules, warning }): LdapSettings['passwords'] => {
      const at = place ?? { at: change === 'none' ? 'desk' : 'here' };
      return { change: change ?? (at.at === 'here' ? 'self' : 'none'), place: at, rules, warning };
    },
  ),
);

function changeFitsPlace(value: unknown): Issue[] {
  const { change, place } = isGroup(value) ? value : {};
  if (change === 'none' && isGroup(place) && place.at === 'here') {
    return [{ path: ['place'], message: 'is here, where change: none lets nobody set a password' }];
  }
  if ((change === 'self' || change === 'service') && isGroup(place) && place.at !== 'here') {
    return [{ path: ['change'], message: 'has no use: place sends people somewhere else' }];
  }
  return [];
}

function rulesAreShown(value: unknown): Issue[] {
  const { change, place, rules } = isGroup(value) ? value : {};
  const isHere = isGroup(place) ? place.at === 'here' : change !== 'none';
  return rules === undefined || isHere
    ? []
    : [{ path: ['rules'], message: 'has no use: nobody chooses a password here' }];
}

const attempts = z
  .int({ error: 'must be a whole number' })
  .min(2, { error: 'must be 2 or more: one that locks at the first wrong password leaves no room' })
  .max(1000, { error: 'must be 1000 or less' });

/** `lockout`: after how many wrong passwords, in how long, the directory locks an account. */
export const ldapLockout = byForm<LdapConfig['lockout'] & {}>((value) =>
  value === 'none' ? z.literal('none') : object({ attempts, window: duration }),
);
