import { isIP } from 'node:net';

/**
 * Whether a request to a loopback listener may have come from what is meant to ask it. A page of the web can give its own
 * name the address 127.0.0.1 and make a browser on this machine ask us (DNS rebinding); the name then stands in Host, so
 * there only `localhost` and addresses are let in. Who listens on the network is known by names of its own.
 * @param host the request's Host field (RFC 9110 7.2)
 * @param listensOn the configured host
 */
export function isOwnHost(host: string | undefined, listensOn: string): boolean {
  if (!isLoopback(listensOn) || host === undefined) return true;
  const name = host.toLowerCase().replace(/:\d{1,5}$/, '');
  const address = name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
  return name === 'localhost' || isIP(address) !== 0;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
