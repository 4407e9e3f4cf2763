import type { Condition, ServiceCondition } from './policy.ts';
import type { NetworkPlacement, PolicyQuestion } from './verdict.ts';

/**
 * Says which condition does not hold, in words for the operator; the first of several. Pure.
 * @returns undefined when all hold
 */
export function failedCondition(
  when: Condition,
  question: PolicyQuestion,
  placement: NetworkPlacement,
): string | undefined {
  return failedNetwork(when.network, placement) ?? failedConcern(when, question) ?? failedMoment(when, question);
}

/** The same of what stays as it is wherever and whenever the person comes: who it is, and for which service. */
export function failedConcern(when: Condition, { person, service, contexts }: PolicyQuestion): string | undefined {
  return failedService(when.service, service) ?? failedPerson(when, person) ?? failedContext(when.context, contexts);
}

/** The same of who the person is, whatever they want. */
export function failedPerson(when: Condition, { groups, attributes }: PolicyQuestion['person']): string | undefined {
  return failedGroups(when, groups) ?? failedAttributes(when.attribute, attributes);
}

/** Whether who stands there is in the networks that a condition asks for; the reason when not. */
export function failedNetwork(
  network: Condition['network'],
  { address, inside, excluded }: NetworkPlacement,
): string | undefined {
  if (network === undefined) return undefined;
  const { is, not } = network;
  const unwanted = inside.find((place) => not.includes(place.network));
  if (unwanted !== undefined) return `${address} is in ${unwanted.network} (${unwanted.range})`;
  if (is.length === 0 || inside.some((place) => is.includes(place.network))) return undefined;
  const shut = excluded.find((place) => is.includes(place.network));
  if (shut !== undefined) return `${address} is kept out of ${shut.network} by ${shut.by}`;
  return `${address} is not in ${either(is)}`;
}

function failedService(wanted: ServiceCondition | undefined, service: PolicyQuestion['service']): string | undefined {
  if (wanted === undefined) return undefined;
  if (service === undefined) return 'no service is asked for';
  const { entityIds, categories, requestedAttributes } = wanted;
  const holds =
    entityIds.includes(service.entityId) ||
    isShared(categories, service.categories) ||
    isShared(requestedAttributes, service.requestedAttributes);
  if (holds) return undefined;
  const misses = [
    ...(entityIds.length > 0 ? [`is not ${either(entityIds)}`] : []),
    ...(categories.length > 0 ? [`is not in the category ${either(categories)}`] : []),
    ...(requestedAttributes.length > 0 ? [`does not ask for ${either(requestedAttributes)}`] : []),
  ];
  return `the service ${misses.join(' and ')}`;
}

function failedGroups({ group, notGroup }: Condition, groups: readonly string[]): string | undefined {
  if (group !== undefined && !isShared(group, groups)) return `the person is not in the group ${either(group)}`;
  const unwanted = groups.find((one) => notGroup?.includes(one));
  return unwanted === undefined ? undefined : `the person is in the group ${unwanted}`;
}

function failedAttributes(
  wanted: Condition['attribute'],
  attributes: PolicyQuestion['person']['attributes'],
): string | undefined {
  for (const [name, values] of Object.entries(wanted ?? {})) {
    const had = Object.hasOwn(attributes, name) ? (attributes[name] ?? []) : [];
    if (!isShared(values, had)) return `the attribute ${name} is not ${either(values)}`;
  }
  return undefined;
}

function failedContext(wanted: Condition['context'], contexts: readonly string[]): string | undefined {
  if (wanted === undefined || isShared(wanted, contexts)) return undefined;
  return `the service did not ask for ${either(wanted)}`;
}

function failedMoment(when: Condition, question: PolicyQuestion): string | undefined {
  const { now, firstProofAt } = question;
  if (when.olderThan !== undefined) {
    if (firstProofAt === undefined) return 'the login is new';
    if (now - firstProofAt <= when.olderThan) return `the login is not older than ${when.olderThan / 60_000} minutes`;
  }
  return (
    failedNovelty('browser', when.newBrowser, question.isNewBrowser) ??
    failedNovelty('network', when.newNetwork, question.isNewNetwork)
  );
}

function failedNovelty(what: string, wanted: boolean | undefined, isNew: boolean | undefined): string | undefined {
  if (wanted === undefined || wanted === isNew) return undefined;
  if (isNew === undefined) return `whether the ${what} is new was not looked up`;
  return isNew ? `the ${what} is new` : `the ${what} is known`;
}

const isShared = (one: readonly string[], other: readonly string[]): boolean =>
  one.some((value) => other.includes(value));

const either = (values: readonly string[]): string => values.join(' or ');
