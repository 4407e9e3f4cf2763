import { isLoopbackHost } from '@gakumon/terms';
import { type Issue, isGroup, z } from '../schema.ts';

const form = 'must be ldaps://HOST or ldap://HOST, with :PORT where it is not the usual one, and nothing else';

/** The address of a server. */
export const serverUrl = z.string({ error: form }).transform((written, context) => {
  const url = parseServer(written.trim());
  if (url !== undefined) return url;
  context.addIssue(form);
  return z.NEVER;
});

function parseServer(written: string): string | undefined {
  if (!/^ldaps?:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?\/?$/i.test(written)) return undefined;
  const withoutSlash = written.replace(/\/$/, '').toLowerCase();
  // As of a scheme that the URL parser knows, so that it looks at the host and the port
  return URL.canParse(withoutSlash.replace(/^ldaps?/, 'http')) ? withoutSlash : undefined;
}

/** A password never crosses a network in the clear, and what is said of TLS has a use. */
export function encryptionIsRight(value: unknown): Issue[] {
  const { servers, startTls, ca } = isGroup(value) ? value : {};
  const list = Array.isArray(servers) ? (servers as readonly unknown[]) : [servers];
  const urls = list.map((url) => (typeof url === 'string' ? parseServer(url.trim()) : undefined));
  const plain = urls.map((url) => url?.startsWith('ldap:') === true);
  const issues = urls.flatMap((url, index): Issue[] =>
    plain[index] === true && startTls !== true && !isLoopbackHost(hostOf(url ?? ''))
      ? [{ path: ['servers', ...(Array.isArray(servers) ? [index] : [])], message: inTheClear }]
      : [],
  );
  if (startTls === true && urls.length > 0 && urls.every((url) => url?.startsWith('ldaps:'))) {
    issues.push({ path: ['startTls'], message: 'has no use with ldaps://, which speaks TLS from the beginning' });
  }
  if (ca !== undefined && startTls !== true && urls.length > 0 && plain.every(Boolean)) {
    issues.push({ path: ['ca'], message: 'has no use without TLS: write ldaps://, or startTls: true' });
  }
  return issues;
}

const inTheClear = 'passwords would cross the network in the clear: write ldaps://, or startTls: true';
const hostOf = (url: string): string => new URL(url.replace(/^ldaps?/, 'http')).hostname;
