import type { PeopleRecords } from '@gakumon/assembly';
import { type AccessRules, type AttributeRecipes, noRecipes, type ReleaseRules } from '@gakumon/attributes';
import type { Config } from '@gakumon/config';
import type { ServiceProviderSettings } from '@gakumon/idp';
import { defaultPolicy } from '@gakumon/mfa';
import type { EntityId } from '@gakumon/terms';

/** What decides what leaves the house. */
export type ReleaseDocuments = {
  readonly rules: ReleaseRules;
  readonly access: AccessRules;
  readonly recipes: AttributeRecipes;
  /** The URIs by which a login may tell in eduPersonAssurance how strong it was. */
  readonly assuranceUris: readonly string[];
  readonly settingsOf: (serviceProvider: EntityId) => ServiceProviderSettings;
};

/**
 * The documents as they are in force on all nodes; what is not configured is what a server takes instead.
 * @throws GakumonError `document-invalid`, `file-unreadable`, `store-unavailable`
 */
export async function readDocuments(config: Config, records: PeopleRecords): Promise<ReleaseDocuments> {
  const { attributesPlan, policyPlan, readInForce, releasePlan, settingsPlan, toServiceProviderSettings } =
    await import('@gakumon/assembly');
  const { release, sps, attributes, policy } = config.documents;
  const isOneMachine = config.stores.records.kind !== 'postgres';
  const silently = (): void => {};
  const [released, settings, recipes, stepUp] = await Promise.all([
    release === undefined ? undefined : readInForce(releasePlan(release), records, isOneMachine),
    sps === undefined ? undefined : readInForce(settingsPlan(sps), records, isOneMachine),
    attributes === undefined
      ? undefined
      : readInForce(attributesPlan(config, attributes, silently), records, isOneMachine),
    policy === undefined ? undefined : readInForce(policyPlan(policy, silently), records, isOneMachine),
  ]);
  const { rules, access } = released?.() ?? { rules: [], access: [] };
  return {
    rules,
    access,
    recipes: recipes?.() ?? noRecipes,
    assuranceUris: (stepUp?.() ?? defaultPolicy).contexts.flatMap(({ uri, isAssurance }) => (isAssurance ? [uri] : [])),
    settingsOf: (entityId) => settings?.().get(entityId) ?? toServiceProviderSettings(undefined),
  };
}
