import type { LdapGroups } from '@gakumon/directory';
import { type Issue, isGroup, object, withRule, z } from '../schema.ts';
import { groupFilters } from './ldapDefaults.ts';
import { distinguishedName, filterWith } from './ldapWords.ts';

const shape = object({
  by: z.enum(['memberOf', 'search', 'nested'], {
    error:
      'must be memberOf (the entry names its groups), search (groups name the entry) or nested (the same in AD, through groups in groups)',
  }),
  base: distinguishedName.optional(),
  filter: filterWith('dn', 'username').optional(),
  name: z.enum(['cn', 'dn'], { error: 'must be cn (what the group is called) or dn (the whole name)' }).default('cn'),
});

/** `groups`: which groups of the directory a person is in. */
export const ldapGroups = withRule(shape, partsGoTogether).transform(
  ({ by, base, filter, name }): LdapGroups => ({
    by,
    base,
    filter: by === 'memberOf' ? undefined : (filter ?? groupFilters[by]),
    name,
  }),
);

function partsGoTogether(value: unknown): Issue[] {
  const { by, base, filter } = isGroup(value) ? value : {};
  if (by === 'memberOf') return filter === undefined ? [] : [{ path: ['filter'], message: 'has no use with memberOf' }];
  return base === undefined ? [{ path: ['base'], message: 'is missing: where groups are looked for' }] : [];
}
