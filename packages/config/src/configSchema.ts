import { dirname } from 'node:path';
import { hours, toEntityId } from '@gakumon/terms';
import type { Config, MetadataSource } from './config.ts';
import { identifiersSchema, withBuiltInGenerator } from './identifiersSchema.ts';
import {
  cidr,
  duration,
  emailAddress,
  type Issue,
  localised,
  name,
  object,
  path,
  type Schema,
  scope,
  secret,
  text,
  uniqueBy,
  version,
  webUrl,
  withRule,
  z,
} from './schema.ts';
import { recordsSchema } from './stores/recordsSchema.ts';
import { sessionsSchema } from './stores/sessionsSchema.ts';

const loopbackHosts: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** Whether a URL leads to this very machine, where http is no danger. */
export function isLoopback(url: URL): boolean {
  return loopbackHosts.includes(url.hostname);
}

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
    directory: directories(folder),
    metadata: metadata(folder).prefault({ sources: [] }),
    documents: object({ release: path(folder).optional(), sps: path(folder).optional() }).prefault({}),
  });
  return withRule(shape, scopesAreKnown).transform(({ version: _, identifiers, documents, ...rest }) => ({
    file,
    ...rest,
    identifiers: withBuiltInGenerator(identifiers, rest.keys.salt),
    documents: { release: documents.release, sps: documents.sps },
  }));
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
  if (url.protocol === 'http:' && !isLoopback(url)) context.addIssue('must be https (http is for localhost only)');
  if (url.pathname !== '/' || url.search || url.hash || url.username || url.password) {
    context.addIssue('must be scheme, host and port only, such as https://idp.example.ac.jp');
  }
  return url.origin;
});

const contact = object({
  type: z.enum(['technical', 'support', 'administrative'], { error: 'must be technical, support or administrative' }),
  name: text,
  email: emailAddress,
});

const localisedUrl = object({ ja: webUrl, en: webUrl });
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
  contacts: z.array(contact).default([]),
  wantAuthnRequestsSigned: z.boolean({ error: 'must be true or false' }).default(false),
  metadataValidity: duration.optional(),
}).transform((value) => ({
  ...value,
  metadataValidity: value.metadataValidity,
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

const directories = (folder: string) =>
  withRule(
    z
      .array(
        object({ name, file: path(folder), scope: scope.optional() }).transform(({ name, file, scope }) => ({
          name,
          file,
          scope,
        })),
      )
      .min(1, { error: 'name at least one directory' }),
    uniqueBy('name'),
  );

const metadata = (folder: string) =>
  object({
    sources: withRule(
      z.array(withRule(source(folder), trustIsDecided).transform(toSource)).default([]),
      uniqueBy('name'),
    ),
  });

const source = (folder: string) =>
  object({
    name,
    file: path(folder).optional(),
    directory: path(folder).optional(),
    cert: z.array(path(folder)).optional(),
    unsigned: z.literal(true, { error: 'can only be true' }).optional(),
    maxValidity: duration.optional(),
    encryption: z.enum(['gcm', 'cbc'], { error: 'must be gcm or cbc' }).optional(),
  });

type SourceEntry = z.infer<ReturnType<typeof source>>;

function trustIsDecided(value: unknown): Issue[] {
  const entry = (value ?? {}) as Partial<Record<string, unknown>>;
  if (typeof value !== 'object') return [];
  const issues: Issue[] = [];
  if ((entry.file === undefined) === (entry.directory === undefined)) {
    issues.push({ path: [], message: 'name either a file or a directory' });
  }
  const pinned = Array.isArray(entry.cert) && entry.cert.length > 0;
  if (pinned === (entry.unsigned === true)) {
    issues.push({ path: [], message: 'name the signer with cert: [PEM file], or say unsigned: true' });
  }
  return issues;
}

function toSource({ name, file, directory, cert, unsigned, maxValidity, encryption }: SourceEntry): MetadataSource {
  return {
    name,
    from: file === undefined ? { directory: directory ?? '' } : { file },
    certificates: cert ?? [],
    unsigned: unsigned ?? false,
    maxValidity,
    encryption,
  };
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
