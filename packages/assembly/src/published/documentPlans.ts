import {
  type AttributeRecipes,
  listRecipeDoubts,
  noRecipes,
  type ReleaseDocument,
  recipePlace,
} from '@gakumon/attributes';
import {
  type Config,
  type FileDirectoryConfig,
  parseAttributes,
  parsePeople,
  parsePolicy,
  parseRelease,
  parseServiceProviderSettings,
  readDocumentText,
} from '@gakumon/config';
import type { ServiceProviderSettings } from '@gakumon/idp';
import { listPolicyDoubts, type StepUpPolicy } from '@gakumon/mfa';
import type { Report } from '../notice.ts';
import { toServiceProviderSettings } from '../serviceProviderSettings.ts';
import { listUnknownAttributes } from '../unknownAttributes.ts';
import type { DocumentPlan } from './documentState.ts';

type People = ReturnType<typeof parsePeople>;

/** Every document that the configuration names, for those whom their values are all the same to. */
export function listDocumentPlans(config: Config): readonly DocumentPlan<unknown>[] {
  const { release, sps, policy, attributes } = config.documents;
  return [
    ...listFileDirectories(config).map((directory) => peoplePlan(config, directory, () => {})),
    ...(release === undefined ? [] : [releasePlan(release)]),
    ...(sps === undefined ? [] : [settingsPlan(sps)]),
    ...(policy === undefined ? [] : [policyPlan(policy, () => {})]),
    ...(attributes === undefined ? [] : [attributesPlan(config, attributes, () => {})]),
  ];
}

/** The directories that are files. */
export function listFileDirectories({ directory }: Pick<Config, 'directory'>): readonly FileDirectoryConfig[] {
  return directory.filter((one): one is FileDirectoryConfig => one.kind === 'file');
}

/**
 * The people of one directory; attributes that nothing reads are told of at each reading.
 * @param recipes those in force, which read attributes too
 */
export function peoplePlan(
  config: Config,
  { name, file }: FileDirectoryConfig,
  report: Report,
  recipes: () => AttributeRecipes = () => noRecipes,
): DocumentPlan<People> {
  const parse = (text: string, label: string): People => {
    const people = parsePeople(text, label);
    for (const { name: attribute, username } of listUnknownAttributes(people, config, recipes())) {
      report({ level: 'warn', message: 'nothing reads this attribute', fields: { file: label, attribute, username } });
    }
    return people;
  };
  return { name: `people ${name}`, file, read: readDocumentText, parse };
}

export function releasePlan(file: string): DocumentPlan<ReleaseDocument> {
  return { name: 'release', file, read: readDocumentText, parse: parseRelease };
}

export function settingsPlan(file: string): DocumentPlan<ReadonlyMap<string, ServiceProviderSettings>> {
  const parse = (text: string, label: string): ReadonlyMap<string, ServiceProviderSettings> => {
    const entries = parseServiceProviderSettings(text, label);
    return new Map(entries.map((entry) => [entry.entityId, toServiceProviderSettings(entry)]));
  };
  return { name: 'sps', file, read: readDocumentText, parse };
}

/** The step-up policy; what is probably not meant is told of at each reading. */
export function policyPlan(file: string, report: Report): DocumentPlan<StepUpPolicy> {
  const parse = (text: string, label: string): StepUpPolicy => {
    const policy = parsePolicy(text, label);
    for (const { message } of listPolicyDoubts(policy)) report({ level: 'warn', message, fields: { file: label } });
    return policy;
  };
  return { name: 'policy', file, read: readDocumentText, parse };
}

/** How attributes are made; what is probably not meant is told of at each reading. */
export function attributesPlan({ idp }: Config, file: string, report: Report): DocumentPlan<AttributeRecipes> {
  const ground = { provided: undefined, scopes: idp.scopes, loginNames: [] };
  const parse = (text: string, label: string): AttributeRecipes => {
    const recipes = parseAttributes(text, label);
    for (const { path, message } of listRecipeDoubts(recipes, ground)) {
      report({ level: 'warn', message: `${recipePlace(path)}: ${message}`, fields: { file: label } });
    }
    return recipes;
  };
  return { name: 'attributes', file, read: readDocumentText, parse };
}
