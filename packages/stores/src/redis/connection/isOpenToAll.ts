import type { RedisLocation } from '../../locations.ts';
import { dialRedis } from './redisClient.ts';

/** How long a server may take over a stranger, milliseconds. */
const patienceMs = 500;

/** Whether the server at this address answers somebody who names neither a user nor a password. */
export async function isOpenToAll(address: string, { tls }: Pick<RedisLocation, 'tls'>): Promise<boolean> {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  const endpoint = {
    host,
    port: Number(address.slice(colon + 1)),
    database: 0,
    username: undefined,
    password: undefined,
  };
  try {
    const client = await dialRedis({ ...endpoint, tls }, patienceMs, AbortSignal.timeout(patienceMs * 4));
    // HELLO is answered whatever the user may do
    return await client
      .send('PING', [])
      .then(
        () => true,
        () => false,
      )
      .finally(client.drop);
  } catch {
    return false;
  }
}
