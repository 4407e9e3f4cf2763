import { dictionary, listUnknownAttributes } from '@gakumon/attributes';
import { hours, minutes } from '@gakumon/terms';
import { loadDocument, parseDocument } from './document.ts';
import { nameIdFormat } from './releaseRules.ts';
import { duration, type Issue, object, type Schema, text, uniqueBy, version, withRule, z } from './schema.ts';

const ciphers = ['aes128-gcm', 'aes256-gcm', 'aes128-cbc', 'aes256-cbc'] as const;

/** As openssl and as metadata tools write it: with colons or not, in any case. */
const fingerprint = z
  .string()
  .transform((value) => value.replaceAll(':', '').toLowerCase())
  .refine((value) => /^[0-9a-f]{64}$/.test(value), {
    error: 'must be the SHA-256 of a certificate: 64 hexadecimal digits (gakumon metadata show lists them)',
  });

/** What an attribute is called there; the name that it has in the dictionary is left out. */
const naming = object({
  name: text.optional(),
  nameFormat: z.enum(['uri', 'basic', 'unspecified'], { error: 'must be uri, basic or unspecified' }).optional(),
  friendlyName: text.optional(),
});

const between = (least: number, most: number, error: string) =>
  duration.refine((value) => value >= least && value <= most, { error });

const entry = object({
  entityId: text,
  signResponse: z.boolean({ error: 'must be true or false' }).optional(),
  signAssertion: z.boolean({ error: 'must be true or false' }).optional(),
  encryption: z.enum(['optional', 'required', 'never'], { error: 'must be optional, required or never' }).optional(),
  encryptionKey: fingerprint.optional(),
  cipher: z.enum(ciphers, { error: `must be one of ${ciphers.join(', ')}` }).optional(),
  assertionLifetime: between(minutes(1), hours(1), 'must be one minute to one hour').optional(),
  sessionLifetime: between(minutes(1), hours(24 * 30), 'must be one minute to 30 days').optional(),
  skew: between(0, minutes(10), 'may be ten minutes at most').optional(),
  nameId: z.array(nameIdFormat).min(1, { error: 'must name one format or more' }).optional(),
  attributes: z.record(z.string(), naming).optional(),
  subjectLocality: z.boolean({ error: 'must be true or false' }).optional(),
  assuranceAttribute: z.boolean({ error: 'must be true or false' }).optional(),
  reason: text.optional(),
});

/** What sps.yaml says about one service provider, and nothing that it leaves open. Durations are milliseconds. */
export type ServiceProviderEntry = Readonly<z.infer<typeof entry>>;

export const settingsSchema: Schema<readonly ServiceProviderEntry[]> = object({
  version,
  serviceProviders: withRule(withRule(z.array(entry), uniqueBy('entityId')), eachMakesSense),
}).transform(({ serviceProviders }) => serviceProviders);

/** Takes entries of any shape: what is wrong with that is told elsewhere. */
function eachMakesSense(value: unknown): Issue[] {
  return (Array.isArray(value) ? value : []).flatMap((one: unknown, index) => {
    const candidate = (one ?? {}) as Partial<Record<keyof ServiceProviderEntry, unknown>>;
    const issues = [...signatureMistakes(candidate), ...namingMistakes(candidate.attributes)];
    return issues.map(({ path, message }) => ({ path: [index, ...path], message }));
  });
}

function signatureMistakes({ signResponse, signAssertion }: Partial<Record<string, unknown>>): Issue[] {
  if (signResponse !== false || signAssertion === true) return [];
  const message = 'nothing would be signed; say signAssertion: true beside it';
  return [{ path: ['signResponse'], message }];
}

function namingMistakes(value: unknown): Issue[] {
  if (typeof value !== 'object' || value === null) return [];
  const takenBy = new Map<string, string>();
  const owners = listOwners(value);
  return Object.entries(value).flatMap(([id, given]: [string, unknown]): Issue[] => {
    const unknown = listUnknownAttributes([id]).map((message) => ({ path: ['attributes', id], message }));
    const { name, nameFormat = 'uri' } = (given ?? {}) as { name?: unknown; nameFormat?: unknown };
    if (typeof name !== 'string') return unknown;
    const other = takenBy.get(name);
    takenBy.set(name, id);
    const path = ['attributes', id, 'name'];
    if (other !== undefined) unknown.push({ path, message: `${other} is called "${name}" already` });
    const owner = owners.get(name.toLowerCase());
    if (owner !== undefined && owner !== id) {
      unknown.push({ path, message: `is what ${owner} is called; an SP would take the one for the other` });
    }
    if (nameFormat === 'uri' && !/^[a-z][a-z0-9+.-]*:\S+$/i.test(name)) {
      unknown.push({ path, message: 'is no URI; say nameFormat: basic or unspecified beside it' });
    }
    return unknown;
  });
}

/**
 * Who goes by each name of the dictionary at this SP, in lower case: software is free to compare URNs and OIDs so. An
 * attribute that is renamed has left its own name to others.
 */
function listOwners(namings: object): ReadonlyMap<string, string> {
  const given = new Map<string, unknown>(Object.entries(namings));
  const isRenamed = (id: string) => typeof (given.get(id) as { name?: unknown } | null | undefined)?.name === 'string';
  return new Map(dictionary.filter(({ id }) => !isRenamed(id)).map(({ id, name }) => [name.toLowerCase(), id]));
}

/**
 * Reads sps.yaml: what differs for single service providers.
 * @throws GakumonError `document-invalid` with every mistake and its line, `file-unreadable`
 */
export function loadServiceProviderSettings(file: string): Promise<readonly ServiceProviderEntry[]> {
  return loadDocument(file, settingsSchema, 'document-invalid');
}

/** The same of a text that is in hand already; `file` is what it is called in messages. */
export function parseServiceProviderSettings(text: string, file: string): readonly ServiceProviderEntry[] {
  return parseDocument(text, file, settingsSchema, 'document-invalid');
}
