import { type Config, loadServiceProviderSettings, type ServiceProviderEntry } from '@gakumon/config';

/** What sps.yaml says of an SP, if anything. */
export async function findSettings(
  { documents }: Pick<Config, 'documents'>,
  entityId: string,
): Promise<ServiceProviderEntry | undefined> {
  if (documents.sps === undefined) return undefined;
  return (await loadServiceProviderSettings(documents.sps)).find((entry) => entry.entityId === entityId);
}

/** One line for each thing that is said; the reason stands last. */
export function listSettings(entry: ServiceProviderEntry | undefined): string[] {
  if (entry === undefined) return [];
  const { entityId: _, attributes = {}, reason, ...said } = entry;
  const simple = Object.entries(said).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${typeof value === 'number' ? `${value / 1000} s` : value}`],
  );
  const named = Object.entries(attributes).map(([id, { name, nameFormat, friendlyName }]) => {
    const parts = [name, nameFormat, friendlyName && `FriendlyName ${friendlyName}`];
    return `${id} is called ${parts.filter(Boolean).join(', ')}`;
  });
  return [...simple, ...named, ...(reason === undefined ? [] : [`because ${reason}`])];
}
