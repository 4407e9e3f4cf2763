import { parse, resolve } from 'node:path';
import { parseDuration } from '@gakumon/config';
import { type MetadataSource, noFilter, readCertificateFile } from '@gakumon/metadata';
import { GakumonError, hours, isLoopbackHost } from '@gakumon/terms';
import type { Command } from 'commander';
import { refuseUsage } from '../failure.ts';

/** How a document on the command line is to be believed. */
export type SourceOptions = {
  readonly cert: readonly string[];
  readonly unsigned?: true;
  readonly allowSha1?: true;
  readonly maxValidity?: string;
  readonly name?: string;
  readonly refresh?: string;
};

const append = (value: string, before: readonly string[]): string[] => [...before, value];

export function addTrustOptions(command: Command): Command {
  return command
    .option('--cert <pem>', 'a certificate with the key that signed it; may be repeated', append, [])
    .option('--unsigned', 'believe it without a signature')
    .option('--allow-sha1', 'take a signature with SHA-1 too')
    .option(
      '--max-validity <duration>',
      'how far ahead validUntil may lie, such as P15D; it must be there then (else any distance, or none)',
    );
}

const isUrl = (place: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(place);

/**
 * The source that a file or an address on the command line is. Certificates become texts: the files may be elsewhere on
 * another node.
 * @param place as typed; a path is relative to `cwd`
 * @throws GakumonError `metadata-trust-undecided`, `usage-wrong`; `file-unreadable` for a certificate
 */
export async function sourceOf(place: string, cwd: string, options: SourceOptions): Promise<MetadataSource> {
  const { cert, unsigned, allowSha1, maxValidity, refresh = 'PT1H' } = options;
  if (cert.length === 0 && unsigned !== true) throw new GakumonError('metadata-trust-undecided', { detail: place });
  if (cert.length > 0 && unsigned === true) refuseUsage('--cert and --unsigned contradict each other');
  if (unsigned === true && allowSha1 === true) refuseUsage('--allow-sha1 is about signatures, and nothing is signed');
  const pems = await Promise.all(cert.map((file) => readCertificateFile(resolve(cwd, file))));
  return {
    name: nameOf(place, options.name),
    origin: isUrl(place)
      ? { kind: 'url', url: urlOf(place, unsigned === true) }
      : { kind: 'file', path: resolve(cwd, place) },
    signers: pems.map((pem) => ({ pem })),
    unsigned: unsigned === true,
    allowSha1: allowSha1 === true,
    maxValidity: maxValidity === undefined ? undefined : durationOf('--max-validity', maxValidity),
    filter: noFilter,
    mayAssert: ['categories', 'scopes'],
    refresh: refreshOf(refresh),
    guard: { mostLost: 0.1 },
  };
}

function nameOf(place: string, given: string | undefined): string {
  const name = given ?? stemOf(place);
  if (/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u.test(name)) return name;
  return refuseUsage(
    `"${name}" is no name for a source (letters, digits, dots, hyphens, underscores); give one with --name`,
  );
}

function stemOf(place: string): string {
  const { pathname } = (isUrl(place) && URL.parse(place)) || { pathname: place };
  return parse(pathname).name;
}

/** How a document is called that is only looked at: as a source would be, if it can be called so. */
export const nameToLookAt = (place: string): string =>
  stemOf(place)
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[._-]+/, '')
    .slice(0, 64) || 'document';

/** Whoever may look into the records may read a password in it, and logs tell addresses. */
function urlOf(place: string, unsigned: boolean): string {
  const url = URL.parse(place);
  if (url === null || !/^https?:$/.test(url.protocol)) return refuseUsage(`${place} is no http or https address`);
  if (url.username !== '' || url.password !== '') refuseUsage('the address must not hold a user name or password');
  if (url.hash !== '') refuseUsage('the address has a fragment, which is never sent');
  if (unsigned && url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    refuseUsage(`${place} must be https: without a signature anybody on the way could change it`);
  }
  return url.href;
}

function durationOf(option: string, text: string): number {
  return parseDuration(text) ?? refuseUsage(`${option} ${text}: say an ISO 8601 duration, such as P15D or PT1H`);
}

function refreshOf(text: string): number {
  const every = durationOf('--refresh', text);
  if (every >= hours(1) / 12 && every <= hours(24 * 7)) return every;
  return refuseUsage(`--refresh ${text}: say from PT5M to P7D`);
}
