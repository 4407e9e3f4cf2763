import { isLoopbackHost } from '@gakumon/terms';

/** Whether a URL leads to this very machine, where http is no danger. */
export function isLoopbackUrl(url: URL): boolean {
  return isLoopbackHost(url.hostname);
}
