import type { Clock } from '@gakumon/terms';
import { firstValueOf } from './account/entryValues.ts';
import { createLdapServers } from './ldapServers.ts';
import { everybody } from './placeOfPeople.ts';
import type { LdapServers } from './servers.ts';
import type { LdapSettings } from './settings.ts';

/** What a server knows by name, and whether there are people where they are looked for. */
export type LdapVocabulary = {
  /** The attributes of its schema, each with its other names; undefined: the one who searches may not see it. */
  readonly attributes: readonly (readonly string[])[] | undefined;
  /** How many people a short look found. */
  readonly people: number;
  /** Whether it found as many as it looked for at most. */
  readonly andMore: boolean;
  /** How many of them have a login name. */
  readonly named: number;
};

/** So many say whether there is anybody. */
const fewPeople = 50;

/**
 * Looks for the names that a server knows, and at a few people.
 * @throws GakumonError `directory-unavailable`
 */
export async function readVocabulary(
  settings: LdapSettings,
  { clock }: { readonly clock: Clock },
): Promise<LdapVocabulary> {
  const servers = createLdapServers(settings, { clock });
  try {
    const { usernameAttribute } = settings;
    const attributes = await readAttributeTypes(servers).catch(() => undefined);
    const query = { ...everybody(settings), attributes: [usernameAttribute], limit: fewPeople };
    const found = await servers.search(query);
    const named = found.filter((entry) => firstValueOf(entry, usernameAttribute) !== undefined).length;
    return { attributes, people: found.length, andMore: found.length >= fewPeople, named };
  } finally {
    await servers.close();
  }
}

/** RFC 4512, section 4.2: the root names the entry that holds the schema. */
async function readAttributeTypes(servers: LdapServers): Promise<LdapVocabulary['attributes']> {
  const place = { scope: 'base', filter: '(objectClass=*)' } as const;
  const [root] = await servers.search({ ...place, base: '', attributes: ['subschemaSubentry'] });
  const base = root && firstValueOf(root, 'subschemaSubentry');
  if (base === undefined) return undefined;
  const [schema] = await servers.search({ ...place, base, attributes: ['attributeTypes'] });
  const names = (schema?.values.get('attributetypes') ?? []).flatMap(namesOf);
  return names.length === 0 ? undefined : names;
}

/** `( 2.5.4.4 NAME ( 'sn' 'surname' ) …`: RFC 4512, section 4.1.2. */
function namesOf(description: string): string[][] {
  const [, several = ''] = /^\(\s*[\w.-]+\s+NAME\s+('[\w.-]+'|\([^()]*\))/.exec(description.slice(0, 2000)) ?? [];
  const names = [...several.matchAll(/'([\w.-]+)'/g)].map(([, name = '']) => name);
  return names.length === 0 ? [] : [names];
}
