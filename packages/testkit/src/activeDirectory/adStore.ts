/** An entry as plain data; octets (objectGUID, objectSid) come as Uint8Array. */
export type AdEntry = {
  readonly dn: string;
  readonly attributes: Readonly<Record<string, AdValue | readonly AdValue[]>>;
  /** Whoever has one can bind. */
  readonly password?: string;
};
export type AdValue = string | Uint8Array;

/** An entry as the server keeps it. */
export type AdObject = {
  readonly dn: string;
  /** By their names in lower case. */
  readonly attributes: Map<string, { readonly name: string; values: readonly AdValue[] }>;
  password: string | undefined;
  readonly formerPasswords: string[];
};

export type AdStore = {
  put(entry: AdEntry): void;
  remove(dn: string): void;
  find(dn: string): AdObject | undefined;
  all(): Iterable<AdObject>;
};

/** DNs are the same whatever their case and the spaces after their commas. */
export const comparableDn = (dn: string): string => dn.toLowerCase().replace(/(?<!\\),\s+/g, ',');

export const parentOf = (dn: string): string => comparableDn(dn).replace(/^(?:\\.|[^\\,])*,?/, '');

export function createAdStore(entries: readonly AdEntry[]): AdStore {
  const objects = new Map<string, AdObject>();
  const put = (entry: AdEntry): void => void objects.set(comparableDn(entry.dn), toObject(entry));
  entries.forEach(put);
  return {
    put,
    remove: (dn) => void objects.delete(comparableDn(dn)),
    find: (dn) => objects.get(comparableDn(dn)),
    all: () => objects.values(),
  };
}

function toObject({ dn, attributes, password }: AdEntry): AdObject {
  const pairs = Object.entries(attributes).map(([name, value]) => {
    const values = Array.isArray(value) ? (value as readonly AdValue[]) : [value as AdValue];
    return [name.toLowerCase(), { name, values }] as const;
  });
  const object: AdObject = { dn, attributes: new Map(pairs), password, formerPasswords: [] };
  setValue(object, 'distinguishedName', dn);
  return object;
}

export function textOf(object: AdObject, name: string): string | undefined {
  const [value] = object.attributes.get(name.toLowerCase())?.values ?? [];
  return value === undefined ? undefined : Buffer.from(value as Uint8Array).toString('utf8');
}

export function setValue(object: AdObject, name: string, value: string): void {
  object.attributes.set(name.toLowerCase(), { name, values: [value] });
}

/** The DNs in an attribute, such as a group's `member`, to compare. */
export function dnsOf(object: AdObject, name: string): readonly string[] {
  return (object.attributes.get(name.toLowerCase())?.values ?? []).map((value) => comparableDn(String(value)));
}

/** AD keeps `member` alone, and works out `memberOf` from it. */
export function groupsOf(store: AdStore, dn: string): readonly AdObject[] {
  const wanted = comparableDn(dn);
  return [...store.all()].filter((object) => dnsOf(object, 'member').includes(wanted));
}

/** Through groups in groups, which may go round in a circle. */
export function allGroupsOf(store: AdStore, dn: string): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [dn];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const group of groupsOf(store, next)) {
      const key = comparableDn(group.dn);
      if (!found.has(key)) waiting.push(group.dn);
      found.add(key);
    }
  }
  return found;
}
