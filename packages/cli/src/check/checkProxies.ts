import type { Config } from '@gakumon/config';
import { listPlaces, type StepUpPolicy } from '@gakumon/mfa';
import { isLoopbackHost } from '@gakumon/terms';
import type { Finding } from './finding.ts';

/** Networks mean something only where people's own addresses are seen; that of a proxy is nobody's. */
export function checkProxies(file: string, policy: StepUpPolicy, { idp, listen }: Config): readonly Finding[] {
  const { host, trustedProxies } = listen;
  if (policy.networks.length === 0) return [];
  if (trustedProxies.length > 0) return listPeopleAmongProxies(file, policy, trustedProxies);
  if (!isLoopbackHost(host) || isLoopbackHost(new URL(idp.baseUrl).hostname)) return [];
  const message = `${file}: everybody seems to come from the proxy in front, and is in the networks that it is in`;
  return [warning(message, 'name it in listen.trustedProxies, and let it append to X-Forwarded-For')];
}

function listPeopleAmongProxies(file: string, { networks }: StepUpPolicy, trusted: readonly string[]): Finding[] {
  // No network of policy.yaml has an empty name
  const proxies = { name: '', include: trusted, exclude: [], text: undefined, wrongPasswords: undefined };
  const shared = listPlaces([...networks, proxies]).filter(({ inside }) =>
    inside.some(({ network }) => network === ''),
  );
  return networks.flatMap(({ name }) => {
    const found = shared.find(({ inside }) => inside.some(({ network }) => network === name));
    if (found === undefined) return [];
    const message = `${file}: ${found.address} is in the network ${name}, and a proxy by listen.trustedProxies`;
    const hint = `name the proxies alone, since whoever else stands there has no address; and exclude them from ${name}`;
    return [warning(message, hint)];
  });
}

const warning = (message: string, hint: string): Finding => ({ level: 'warn', about: 'policy', message, hint });
