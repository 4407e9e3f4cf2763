import type { Report } from '@gakumon/assembly';

/** Tells the operator of a trusted proxy that does not say whom it speaks for. */
export type SilentProxies = {
  /** @param header whether it sent X-Forwarded-For at all */
  heard(proxy: string, header: 'missing' | 'unreadable'): void;
};

/** Each has one line; who has wide ranges in `listen.trustedProxies` has more of them than that. */
const most = 20;

export function createSilentProxies(report: Report): SilentProxies {
  const told = new Set<string>();
  return {
    heard(proxy, header) {
      if (told.has(proxy) || told.size >= most) return;
      told.add(proxy);
      report({
        level: 'warn',
        message:
          'a proxy of listen.trustedProxies tells no address: whoever comes through it is in no network, and is throttled together with all others',
        fields: {
          proxy,
          header: `X-Forwarded-For is ${header}`,
          hint: 'let the proxy append the address of who connects to X-Forwarded-For; listen.trustedProxies names proxies alone, no network of people',
        },
      });
    },
  };
}
