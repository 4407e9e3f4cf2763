/**
 * Whether what is sent to a host never leaves this very machine.
 * @param host a name in lower case or an address; IPv4 in four decimal parts, IPv6 with or without its brackets
 */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
