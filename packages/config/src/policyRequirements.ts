import { builtInRequirements, type FactorPattern, type Requirement } from '@gakumon/mfa';
import { duration, type Issue, isGroup, object, withRule, z } from './schema.ts';

/** What policy.yaml calls what can be proved. */
const patterns = {
  password: { authenticator: 'password' },
  totp: { authenticator: 'totp' },
  'unshared-totp': { authenticator: 'totp', without: ['shared'] },
  webauthn: { authenticator: 'webauthn' },
  passkey: { authenticator: 'webauthn', with: ['user-verified'] },
  'device-passkey': { authenticator: 'webauthn', with: ['user-verified'], without: ['synced'] },
} as const satisfies Record<string, FactorPattern>;

const patternNames = Object.keys(patterns) as (keyof typeof patterns)[];

const pattern = z
  .enum(patternNames, { error: `must be one of ${patternNames.join(', ')}` })
  .transform((called): FactorPattern => patterns[called]);

const combination = withRule(z.array(pattern).min(1, { error: 'is empty' }), eachKindOnce);

/** What has to be proved: all of one of the combinations. */
export const combinations = z
  .array(combination, { error: 'must be a list of lists, such as [[password, totp], [passkey]]' })
  .min(1, {
    error: 'name at least one combination',
  });

/** How fresh proofs must be. */
export const freshness = { within: duration.optional(), idle: duration.optional() };

const requirement = object({ any: combinations, ...freshness });

/** By their names; the built-in ones are added by {@link withBuiltIn}. */
export const requirements = withRule(z.record(z.string(), requirement), leavesBuiltInAlone).transform(
  (given): ReadonlyMap<string, Requirement> => {
    const named = Object.entries(given).map(
      ([name, { any, within, idle }]) => [name, { name, combinations: any, maxAge: within, maxIdle: idle }] as const,
    );
    return new Map<string, Requirement>([...Object.entries(builtInRequirements), ...named]);
  },
);

/** The names that a rule can ask for by, of a document of any shape. */
export function listRequirementNames(given: unknown): readonly string[] {
  return [...new Set([...Object.keys(builtInRequirements), ...(isGroup(given) ? Object.keys(given) : [])])];
}

function leavesBuiltInAlone(value: unknown): Issue[] {
  return Object.keys(isGroup(value) ? value : {})
    .filter((name) => Object.hasOwn(builtInRequirements, name))
    .map((name) => ({ path: [name], message: 'is built in; give yours another name' }));
}

/** The same thing twice is no second factor, and two of a kind could not be told apart when they are asked for. */
function eachKindOnce(value: unknown): Issue[] {
  const kinds = (Array.isArray(value) ? value : []).map((one: unknown) => kindOf(one));
  return kinds.flatMap((kind, index) =>
    kind !== undefined && kinds.indexOf(kind) !== index
      ? [{ path: [index], message: `${kind} stands twice in one combination` }]
      : [],
  );
}

/** Of a pattern, or of its name where it was not read. */
function kindOf(value: unknown): string | undefined {
  if (isGroup(value) && typeof value.authenticator === 'string') return value.authenticator;
  return typeof value === 'string' ? patternNames.find((known) => known === value) : undefined;
}
