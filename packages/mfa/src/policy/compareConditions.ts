import { failedNetwork } from './failedCondition.ts';
import { listPlaces } from './listPlaces.ts';
import type { Condition, NamedNetwork, ServiceCondition } from './policy.ts';

/** Whether a condition holds wherever and whenever another one does. */
export function conditionCovers(networks: readonly NamedNetwork[], wide: Condition, narrow: Condition): boolean {
  return (
    coversNetworks(networks, wide, narrow) &&
    coversService(wide.service, narrow.service) &&
    coversList(wide.group, narrow.group) &&
    isSubset(wide.notGroup ?? [], narrow.notGroup ?? []) &&
    coversAttributes(wide.attribute, narrow.attribute) &&
    coversList(wide.context, narrow.context) &&
    (wide.olderThan === undefined || (narrow.olderThan !== undefined && narrow.olderThan >= wide.olderThan)) &&
    (wide.newBrowser === undefined || wide.newBrowser === narrow.newBrowser) &&
    (wide.newNetwork === undefined || wide.newNetwork === narrow.newNetwork)
  );
}

/** Whether some address is where a condition wants it. */
export function isSomewhere(networks: readonly NamedNetwork[], { network }: Pick<Condition, 'network'>): boolean {
  return listPlaces(networks).some((place) => failedNetwork(network, place) === undefined);
}

function coversNetworks(networks: readonly NamedNetwork[], wide: Condition, narrow: Condition): boolean {
  return listPlaces(networks).every(
    (place) => failedNetwork(narrow.network, place) !== undefined || failedNetwork(wide.network, place) === undefined,
  );
}

function coversService(wide: ServiceCondition | undefined, narrow: ServiceCondition | undefined): boolean {
  if (wide === undefined) return true;
  if (narrow === undefined) return false;
  return (
    isSubset(narrow.entityIds, wide.entityIds) &&
    isSubset(narrow.categories, wide.categories) &&
    isSubset(narrow.requestedAttributes, wide.requestedAttributes)
  );
}

function coversAttributes(wide: Condition['attribute'], narrow: Condition['attribute']): boolean {
  return Object.entries(wide ?? {}).every(([name, values]) => coversList(values, narrow?.[name]));
}

/** Lists of which one value must fit; undefined is everything. */
function coversList(wide: readonly string[] | undefined, narrow: readonly string[] | undefined): boolean {
  return wide === undefined || (narrow !== undefined && isSubset(narrow, wide));
}

const isSubset = (some: readonly string[], all: readonly string[]): boolean => some.every((one) => all.includes(one));
