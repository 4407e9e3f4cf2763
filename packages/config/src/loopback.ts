const loopbackHosts: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** Whether a URL leads to this very machine, where http is no danger. */
export function isLoopbackUrl(url: URL): boolean {
  return loopbackHosts.includes(url.hostname);
}
