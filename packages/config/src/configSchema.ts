import { dirname } from 'node:path';
import { hours, toEntityId } from '@gakumon/terms';
import type { Config } from './config.ts';
import { directoriesSchema } from './directories/directorySchema.ts';
import { identifiersSchema, withBuiltInGenerator } from './identifiersSchema.ts';
import { isLoopbackUrl } from './loopback.ts';
import { managementAddress } from './managementAddress.ts';
import { metadataSchema } from './metadataSchema.ts';
import {
  cidr,
  duration,
  emailAddress,
  type Issue,
  localised,
  object,
  path,
  type Schema,
  scope,
  secret,
  text,
  version,
  webUrl,
  withRule,
  z,
} from './schema.ts';
import { freshnessSchema, sourceDirectoriesAreKnown, sourcesSchema } from './sources/sourcesSchema.ts';
import { recordsSchema } from './stores/recordsSchema.ts';
import { sessionsSchema } from './stores/sessionsSchema.ts';

/** The schema of gakumon.yaml, for a file of that name; paths in it are relative to its folder. */
export function configSchema(file: string): Schema<Config> {
  const folder = dirname(file);
  const shape = object({
    version,
    idp: withRule(idp, metadataValidityIsSensible),
    listen: listen.prefault({}),
    keys: keys(folder).prefault({}),
    identifiers: identifiersSchema(folder).prefault({}),
    stores: stores(folder).prefault({}),
    sessions: withRule(sessions, idleWithinLifetime).prefault({}),
    directory: directoriesSchema(folder),
    sources: sourcesSchema(folder).prefault([]),
    freshness: freshnessSchema,
    metadata: metadataSchema(folder).prefault({ sources: [] }),
    documents: object({
      release: path(folder).optional(),
      sps: path(folder).optional(),
      policy: path(folder).optional(),
      attributes: path(folder).optional(),
    }).prefault({}),
  });
  return withRule(withRule(shape, scopesAreKnown), sourceDirectoriesAreKnown).transform(
    ({ version: _, identifiers, documents, ...rest }) => ({
      file,
      ...rest,
      identifiers: withBuiltInGenerator(identifiers, rest.keys.salt),
      documents: {
        release: documents.release,
        sps: documents.sps,
        policy: documents.policy,
        attributes: documents.attributes,
      },
    }),
  );
}

const entityId = text.transform((value, context) => {
  try {
    return toEntityId(value);
  } catch {
    context.addIssue('must be a URI of at most 1024 characters without spaces');
    return z.NEVER;
  }
});

const baseUrl = webUrl.transform((value, context) => {
  const url = new URL(value);
  if (url.protocol === 'http:' && !isLoopbackUrl(url)) context.addIssue('must be https (http is for localhost only)');
  if (url.pathname !== '/' || url.search || url.hash || url.username || url.password) {
    context.addIssue('must be scheme, host and port only, such as https://idp.example.ac.jp');
  }
  return url.origin;
});

const contact = object({
  type: z.enum(['technical', 'support', 'administrative', 'security'], {
    error: 'must be technical, support, administrative or security',
  }),
  name: text,
  email: emailAddress,
});

const localisedUrl = object({ ja: webUrl, en: webUrl });
const keyword = z.string().regex(/^[^\s+]{1,200}$/, { error: 'must be a word without spaces and without +' });
const place = z
  .string()
  .regex(/^geo:-?\d+(\.\d+)?,-?\d+(\.\d+)?(,-?\d+(\.\d+)?)?$/, { error: 'must be like geo:35.6812,139.7671' });
const discovery = object({
  keywords: z.array(keyword).default([]),
  ipHints: z.array(cidr).default([]),
  domainHints: z.array(scope).default([]),
  geolocationHints: z.array(place).default([]),
});
const pixels = z.int({ error: 'must be a number of pixels' }).min(1).max(4096);

const idp = object({
  entityId,
  baseUrl,
  scopes: z.array(scope).min(1, { error: 'name at least one scope' }),
  organization: localised,
  organizationUrl: localisedUrl.optional(),
  supportUrl: webUrl.optional(),
  displayName: localised.optional(),
  description: localised.optional(),
  informationUrl: localisedUrl.optional(),
  privacyStatementUrl: localisedUrl.optional(),
  logo: object({ url: webUrl, width: pixels, height: pixels }).optional(),
  discovery: discovery.optional(),
  contacts: z.array(contact).default([]),
  wantAuthnRequestsSigned: z.boolean({ error: 'must be true or false' }).default(false),
  metadataValidity: duration.optional(),
}).transform((value) => ({
  ...value,
  metadataValidity: value.metadataValidity,
  discovery: value.discovery,
  organizationUrl: value.organizationUrl,
  supportUrl: value.supportUrl,
  displayName: value.displayName,
  description: value.description,
  informationUrl: value.informationUrl,
  privacyStatementUrl: value.privacyStatementUrl,
  logo: value.logo,
}));

/** Too short, and copies end before they are looked at again; a typing error in years would never be seen. */
function metadataValidityIsSensible(value: unknown): Issue[] {
  const { metadataValidity } = (value ?? {}) as { metadataValidity?: unknown };
  if (typeof metadataValidity !== 'number') return [];
  if (metadataValidity >= hours(1) && metadataValidity <= hours(24 * 366)) return [];
  return [{ path: ['metadataValidity'], message: 'must be from PT1H to P366D' }];
}

export const port = z.int({ error: 'must be a port number' }).min(1).max(65_535);

const listen = object({
  host: text.default('127.0.0.1'),
  port: port.default(8080),
  trustedProxies: z.array(cidr).default([]),
  management: managementAddress.prefault('127.0.0.1:8089'),
});

const keys = (folder: string) =>
  object({
    directory: path(folder).prefault('certs'),
    sealing: secret(folder).optional(),
    salt: secret(folder).optional(),
  }) //
    .transform(({ directory, sealing, salt }) => ({
      directory,
      sealing: sealing ?? { file: `${directory}/sealing.key` },
      salt: salt ?? { file: `${directory}/persistent-id.salt` },
    }));

const stores = (folder: string) =>
  object({
    records: recordsSchema(folder).prefault('var/gakumon.db'),
    sessions: sessionsSchema(folder).prefault('records'),
  });

const sessions = object({ idle: duration.prefault('PT1H'), lifetime: duration.prefault('PT8H') });

function idleWithinLifetime(value: unknown): Issue[] {
  const { idle, lifetime } = (value ?? {}) as { idle?: unknown; lifetime?: unknown };
  if (typeof idle !== 'number' || typeof lifetime !== 'number') return [];
  if (lifetime > hours(24 * 7)) return [{ path: ['lifetime'], message: 'a login may not last longer than a week' }];
  return idle > lifetime ? [{ path: ['idle'], message: 'is longer than lifetime' }] : [];
}

function scopesAreKnown(value: unknown): Issue[] {
  const { idp, directory } = (value ?? {}) as { idp?: { scopes?: unknown }; directory?: unknown };
  const scopes = idp?.scopes;
  if (!Array.isArray(scopes) || !Array.isArray(directory)) return [];
  return directory.flatMap((entry: { scope?: unknown } | undefined, index) =>
    typeof entry?.scope === 'string' && !scopes.includes(entry.scope)
      ? [{ path: ['directory', index, 'scope'], message: `"${entry.scope}" is not among idp.scopes` }]
      : [],
  );
}
