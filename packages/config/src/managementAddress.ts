import type { HostConfig } from './config.ts';
import { text, z } from './schema.ts';
import { parseHost } from './stores/hosts.ts';

export const usualManagementPort = 8089;

/** Where monitors ask: host, host:port or [IPv6]:port; `off` opens no port, and comes out as `'off'`. */
export const managementAddress = text.transform((written, context): HostConfig | 'off' => {
  if (written === 'off') return 'off';
  const address = parseHost(written, usualManagementPort);
  if (address !== undefined) return address;
  context.addIssue('must be host:port such as 127.0.0.1:8089, or off');
  return z.NEVER;
});
