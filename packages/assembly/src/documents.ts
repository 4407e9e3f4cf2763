import { hash } from 'node:crypto';
import { type AccessRules, type AttributeRecipes, noRecipes, type ReleaseRules } from '@gakumon/attributes';
import type { Config } from '@gakumon/config';
import type { FilePerson } from '@gakumon/directory';
import type { ServiceProviderSettings } from '@gakumon/idp';
import { defaultPolicy, type StepUpPolicy } from '@gakumon/mfa';
import type { EntityId } from '@gakumon/terms';
import type { Report } from './notice.ts';
import {
  attributesPlan,
  listFileDirectories,
  peoplePlan,
  policyPlan,
  releasePlan,
  settingsPlan,
} from './published/documentPlans.ts';
import { type ShareOptions, shareDocuments } from './published/shareDocuments.ts';
import { type DocumentInForce, openSharedDocument } from './published/sharedDocument.ts';
import { toServiceProviderSettings } from './serviceProviderSettings.ts';

/** Everything but gakumon.yaml: versioned values that are swapped whole when their file changes, on any node. */
export type Documents = {
  /** The people of each directory that is a file, by its name. */
  readonly people: ReadonlyMap<string, () => readonly FilePerson[]>;
  readonly releaseRules: () => ReleaseRules;
  readonly accessRules: () => AccessRules;
  /** How attributes are made; without attributes.yaml as the directories have them. */
  readonly recipes: () => AttributeRecipes;
  readonly settingsOf: (serviceProvider: EntityId) => ServiceProviderSettings;
  /** The step-up policy; without policy.yaml a second factor only where a service asks for one. */
  readonly policy: () => StepUpPolicy;
  /** Which versions are in force on this node. */
  readonly list: () => readonly DocumentInForce[];
  /** Names all that are in force on this node; the same on every node where the same texts are. */
  readonly generation: () => string;
  /** Compares them with what other nodes published, now and at every refresh from now on. Never rejects. */
  readonly share: (options: ShareOptions) => Promise<void>;
  /** Looks for changes, in the files and on other nodes; call it every second. Never rejects. */
  readonly refresh: () => Promise<void>;
};

/** @throws GakumonError `document-invalid`, `file-unreadable` for what is bad at the start */
export async function openDocuments(config: Config, report: Report): Promise<Documents> {
  const { release, sps, policy: policyFile, attributes: recipesFile } = config.documents;
  const made =
    recipesFile === undefined
      ? undefined
      : await openSharedDocument(attributesPlan(config, recipesFile, report), report);
  const recipes = () => made?.current() ?? noRecipes;
  const people = await Promise.all(
    listFileDirectories(config).map(async (directory) => ({
      name: directory.name,
      document: await openSharedDocument(peoplePlan(config, directory, report, recipes), report),
    })),
  );
  const released = release === undefined ? undefined : await openSharedDocument(releasePlan(release), report);
  const settings = sps === undefined ? undefined : await openSharedDocument(settingsPlan(sps), report);
  const policy =
    policyFile === undefined ? undefined : await openSharedDocument(policyPlan(policyFile, report), report);
  const documents = [...people.map(({ document }) => document), released, settings, policy, made].filter(
    (one) => one !== undefined,
  );
  const list = () => documents.map((document) => document.inForce());
  let compare = async (): Promise<void> => {};
  return {
    people: new Map(people.map(({ name, document }) => [name, document.current])),
    releaseRules: () => released?.current().rules ?? [],
    accessRules: () => released?.current().access ?? [],
    recipes,
    settingsOf: (entityId) => settings?.current().get(entityId) ?? toServiceProviderSettings(undefined),
    policy: () => policy?.current() ?? defaultPolicy,
    list,
    generation: () => generationOf(list()),
    share: (options) => {
      compare = shareDocuments(documents, options);
      return compare();
    },
    refresh: async () => {
      await Promise.all(documents.map((document) => document.lookAtFile()));
      await compare();
    },
  };
}

function generationOf(documents: readonly DocumentInForce[]): string {
  return hash('sha256', JSON.stringify(documents.map(({ name, sha256 }) => [name, sha256]))).slice(0, 16);
}
