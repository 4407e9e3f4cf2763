import type { AuthnContextDefinition, FactorPattern, StepUpPolicy } from '@gakumon/mfa';
import { authnContexts } from '@gakumon/terms';
import { tellSpan } from '../metadata/moments.ts';
import type { Finding } from './finding.ts';

/** Claims that others audit: what stands behind them is told in full. */
const claims: readonly string[] = [authnContexts.gakuninAal2, authnContexts.refedsSfa];

/** Which AuthnContext classes can be asserted, and what backs the claims among them. */
export function describeContexts({ contexts }: Pick<StepUpPolicy, 'contexts'>): readonly Finding[] {
  const message = `can assert ${contexts.map(({ uri }) => uri).join(', ')}`;
  return [
    { level: 'ok', about: 'policy', message },
    ...contexts
      .filter(({ uri }) => claims.includes(uri))
      .map((context): Finding => ({ level: 'ok', about: 'policy', message: tellBacking(context) })),
  ];
}

function tellBacking({ uri, requirement }: AuthnContextDefinition): string {
  const { combinations, maxAge, maxIdle } = requirement;
  const ways = combinations.map((all) => all.map(tellPattern).join(' + ')).join('; or ');
  const limits = [
    ...(maxAge === undefined ? [] : [`for ${tellSpan(maxAge)} at most`]),
    ...(maxIdle === undefined ? [] : [`unused for ${tellSpan(maxIdle)} at most`]),
  ];
  const word = uri === authnContexts.gakuninAal2 ? 'policy.yaml says that GakuNin certified this site' : undefined;
  const behind = [word, ways, ...limits].filter((part) => part !== undefined);
  return `${uri} is backed by: ${behind.join('; ')}`;
}

const kinds = { password: 'password', totp: 'TOTP', webauthn: 'passkey or security key' } as const;
const traits = {
  'user-verified': 'that verifies the person',
  shared: 'no shared secret',
  synced: 'not synced',
} as const;

function tellPattern({ authenticator, with: wanted = [], without = [] }: FactorPattern): string {
  const told = [...wanted, ...without].map((trait) => traits[trait]);
  return told.length === 0 ? kinds[authenticator] : `${kinds[authenticator]} (${told.join(', ')})`;
}
