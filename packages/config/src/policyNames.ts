import { listRequirementNames } from './policyRequirements.ts';
import { type Issue, isGroup } from './schema.ts';

/** Names in the rules of a policy of any shape that stand for nothing: what else is wrong with it is told elsewhere. */
export function listUnknownNames(value: unknown): Issue[] {
  const { networks, requirements, rules, enrolment } = isGroup(value) ? value : {};
  const networkNames = listNetworkNames(networks);
  const requirementNames = requirements instanceof Map ? [...requirements.keys()] : listRequirementNames(requirements);
  return [
    ...listEntries('rules', rules).flatMap(({ path, entry }) => [
      ...listOfNetworks(path, entry, networkNames),
      ...unknownOf('requirement', [...path, 'require'], entry.require, requirementNames),
    ]),
    ...listEntries('enrolment', enrolment).flatMap(({ path, entry }) => listOfNetworks(path, entry, networkNames)),
  ];
}

/** As it is written, and as it comes out of its own schema. */
function listNetworkNames(networks: unknown): readonly string[] {
  if (Array.isArray(networks)) return networks.map((network: { readonly name: string }) => network.name);
  return isGroup(networks) ? Object.keys(networks) : [];
}

function listEntries(key: string, entries: unknown) {
  return (Array.isArray(entries) ? entries : []).flatMap((entry: unknown, index) =>
    isGroup(entry) ? [{ path: [key, index] as PropertyKey[], entry }] : [],
  );
}

function listOfNetworks(
  path: readonly PropertyKey[],
  entry: Readonly<Record<string, unknown>>,
  known: readonly string[],
): Issue[] {
  const network = isGroup(entry.when) ? entry.when.network : undefined;
  const names = isGroup(network) ? [network.is, network.not] : [network];
  return names.flatMap((name) => unknownOf('network', [...path, 'when', 'network'], name, known));
}

function unknownOf(what: string, path: readonly PropertyKey[], names: unknown, known: readonly string[]): Issue[] {
  return (Array.isArray(names) ? names : [names])
    .filter((name: unknown): name is string => typeof name === 'string' && !known.includes(name))
    .map((name) => ({ path, message: `no ${what} is called ${JSON.stringify(name)}${listing(known)}` }));
}

const listing = (known: readonly string[]): string => (known.length === 0 ? '' : `; known: ${known.join(', ')}`);
