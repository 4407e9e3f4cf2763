import { isIPv6 } from 'node:net';
import type { HostConfig } from '../config.ts';
import { text, z } from '../schema.ts';

const form = /^(?:\[([0-9a-f:.]{2,45})\]|(\w(?:[\w.-]{0,252}\w)?))(?::(\d{1,5}))?$/i;

/**
 * Reads `host`, `host:port`, `[IPv6]` or `[IPv6]:port`.
 * @returns undefined when it is none of them; an IPv6 address is without its brackets
 */
export function parseHost(written: string, usualPort: number): HostConfig | undefined {
  const [, ipv6, name, port = String(usualPort)] = form.exec(written) ?? [];
  const host = ipv6 ?? name;
  if (host === undefined || (ipv6 !== undefined && !isIPv6(ipv6))) return undefined;
  return Number(port) >= 1 && Number(port) <= 65_535 ? { host, port: Number(port) } : undefined;
}

/** A list such as `[redis1.example.ac.jp, 'redis2.example.ac.jp:6380']`, none of them twice. */
export function hostList(usualPort: number) {
  const host = text.transform((written, context): HostConfig => {
    const parsed = parseHost(written, usualPort);
    if (parsed !== undefined) return parsed;
    context.addIssue('must be host, host:port or [IPv6 address]:port');
    return z.NEVER;
  });
  return z
    .array(host)
    .min(1, { error: 'name at least one' })
    .refine((hosts) => !isRepeated(hosts), { error: 'names a host twice' });
}

export function isRepeated(hosts: readonly HostConfig[]): boolean {
  return new Set(hosts.map(({ host, port }) => `${host.toLowerCase()} ${port}`)).size < hosts.length;
}
