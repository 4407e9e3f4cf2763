import { setTimeout as wait } from 'node:timers/promises';

/**
 * Fetches the IdP's metadata, again and again while the IdP is not up yet. It comes over loopback from the IdP that the
 * start script started, and so is believed as it is; a real service provider would verify the federation's signature.
 * @param address where the metadata is
 * @param patience how long to go on trying, milliseconds
 * @returns undefined when the IdP did not answer in time
 */
export async function fetchIdpMetadata(address: string, patience: number): Promise<string | undefined> {
  const end = Date.now() + patience;
  for (;;) {
    const metadata = await tryToFetch(address);
    if (metadata !== undefined || Date.now() >= end) return metadata;
    await wait(250);
  }
}

async function tryToFetch(address: string): Promise<string | undefined> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(5000), redirect: 'error' });
    const text = await response.text();
    return response.ok ? text : undefined;
  } catch {
    return undefined;
  }
}
