import { hours } from '@gakumon/terms';
import type { ConfiguredSource } from './config.ts';
import { isLoopbackUrl } from './loopback.ts';
import { duration, type Issue, isGroup, name, object, path, text, uniqueBy, withRule, z } from './schema.ts';

/** `metadata` of gakumon.yaml; paths in it are relative to the folder. */
export const metadataSchema = (folder: string) =>
  object({
    cache: path(folder).prefault('metadata-cache'),
    proxy: proxy.optional(),
    sources: withRule(
      z.array(withRule(withRule(source(folder), originIsOne), trustIsDecided).transform(toSource)).default([]),
      uniqueBy('name'),
    ),
  });

const usualLoss = 0.1;
const origins = ['file', 'directory', 'url', 'mdq'] as const;
const yesOrNo = z.boolean({ error: 'must be true or false' });
const mode = z.enum(['gcm', 'cbc'], { error: 'must be gcm or cbc' });
const assertable = z.enum(['categories', 'scopes'], { error: 'must be categories or scopes' });
const role = z.enum(['sp', 'idp'], { error: 'must be sp or idp' });
const share = z.number({ error: 'must be a number from 0 to 1, such as 0.1' });

const source = (folder: string) =>
  object({
    name,
    file: path(folder).optional(),
    directory: path(folder).optional(),
    url: address.optional(),
    mdq: address
      .refine(isBase, { error: 'must be the part in front of /entities/, without ? and what follows' })
      .optional(),
    cert: z.array(path(folder)).min(1, { error: 'name at least one PEM file' }).optional(),
    unsigned: z.literal(true, { error: 'can only be true' }).optional(),
    allowSha1: yesOrNo.default(false),
    maxValidity: duration.optional(),
    refresh: duration.refine(isSensibleInterval, { error: 'must be from PT5M to P7D' }).optional(),
    encryption: mode.optional(),
    filter: filter.prefault({}),
    mayAssert: z.array(assertable).default(['categories', 'scopes']),
    guard: object({
      mostLost: share.min(0, { error: 'is less than 0' }).max(1, { error: 'is a share: 1 at most' }).default(usualLoss),
    }).optional(),
  });

const filter = object({
  roles: z.array(role).default([]),
  registrationAuthorities: z.array(text).default([]),
  categories: z.array(text).default([]),
  exceptCategories: z.array(text).default([]),
  exceptEntityIds: z.array(text).default([]),
});

/** Who may read the file may read a password in it, and logs tell addresses. */
const address = text.transform((written, context) => {
  const url = URL.parse(written);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    context.addIssue('must be an http or https URL');
    return z.NEVER;
  }
  if (url.username !== '' || url.password !== '') context.addIssue('must not hold a user name or password');
  if (url.hash !== '') context.addIssue('has a fragment, which is never sent');
  return url.href;
});

/** Host and port, as every browser is told; a password would stand where logs and backups take it along. */
const proxy = text.transform((written, context) => {
  const url = URL.parse(written);
  const isPlain = url?.protocol === 'http:' && url.href === `${url.origin}/`;
  if (isPlain) return url.origin;
  context.addIssue('must be http://host:port, without a password or a path');
  return z.NEVER;
});

function isBase(written: string): boolean {
  return URL.parse(written)?.search === '';
}

function isSensibleInterval(milliseconds: number): boolean {
  return milliseconds >= hours(1) / 12 && milliseconds <= hours(24 * 7);
}

type SourceEntry = z.infer<ReturnType<typeof source>>;

function originIsOne(value: unknown): Issue[] {
  if (!isGroup(value)) return [];
  const named = origins.filter((key) => value[key] !== undefined);
  if (named.length !== 1) return [{ path: [], message: 'name exactly one of file, directory, url and mdq' }];
  const [origin] = named;
  const isFetched = origin === 'url' || origin === 'mdq';
  return [
    ...(value.refresh === undefined || isFetched
      ? []
      : [{ path: ['refresh'], message: 'is for url and mdq: files are looked at every second' }]),
    ...(value.guard === undefined || origin !== 'mdq'
      ? []
      : [{ path: ['guard'], message: 'is not for mdq: it never tells of all entities' }]),
  ];
}

function trustIsDecided(value: unknown): Issue[] {
  if (!isGroup(value)) return [];
  const isUnsigned = value.unsigned === true;
  if ((Array.isArray(value.cert) && value.cert.length > 0) === isUnsigned) {
    return [{ path: [], message: 'name the signer with cert: [PEM file], or say unsigned: true' }];
  }
  if (!isUnsigned) return [];
  const issues: Issue[] = [];
  for (const key of ['url', 'mdq'] as const) {
    const url = typeof value[key] === 'string' ? URL.parse(value[key]) : null;
    if (url?.protocol === 'http:' && !isLoopbackUrl(url)) {
      issues.push({ path: [key], message: 'must be https: without a signature anybody on the way could change it' });
    }
  }
  if (value.allowSha1 === true) issues.push({ path: ['allowSha1'], message: 'is about signatures: nothing is signed' });
  return issues;
}

function toSource(entry: SourceEntry): ConfiguredSource {
  const { name, cert = [], unsigned, allowSha1, maxValidity, refresh, encryption, filter, mayAssert, guard } = entry;
  return {
    name,
    origin: originOf(entry),
    signers: cert.map((file) => ({ file })),
    unsigned: unsigned ?? false,
    allowSha1,
    maxValidity,
    filter,
    mayAssert,
    refresh: refresh ?? hours(1),
    guard: guard ?? { mostLost: usualLoss },
    encryption,
  };
}

function originOf({ file, directory, url, mdq }: SourceEntry): ConfiguredSource['origin'] {
  if (file !== undefined) return { kind: 'file', path: file };
  if (directory !== undefined) return { kind: 'directory', path: directory };
  // The rule about exactly one has spoken before
  return url === undefined ? { kind: 'mdq', url: (mdq ?? '').replace(/\/+$/, '') } : { kind: 'url', url };
}
