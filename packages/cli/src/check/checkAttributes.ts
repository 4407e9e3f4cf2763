import type { DocumentReport } from '@gakumon/assembly';
import { type AttributeRecipes, listRecipeDoubts, noRecipes, recipePlace } from '@gakumon/attributes';
import { type Config, loadAttributes, parseAttributes } from '@gakumon/config';
import { count } from '../count.ts';
import { attempt } from './attempt.ts';
import type { PersonOfCheck } from './checkPolicy.ts';
import type { Finding } from './finding.ts';
import type { LdapVocabularies } from './ldapVocabularies.ts';
import { listProvided } from './listProvided.ts';
import { loadInForce } from './loadInForce.ts';

/** How attributes are made, as far as that can be read: a file that cannot be is told of by {@link checkAttributes}. */
export async function recipesInForce(config: Config, reports: readonly DocumentReport[]): Promise<AttributeRecipes> {
  const { attributes: file } = config.documents;
  return file === undefined ? noRecipes : load(file, reports).catch(() => noRecipes);
}

/**
 * attributes.yaml can be read, and speaks of what there is.
 * @param people everybody of the directories that are files
 * @param vocabularies what LDAP servers can give; left out: nobody knows
 */
export async function checkAttributes(
  config: Config,
  reports: readonly DocumentReport[],
  people: readonly PersonOfCheck[],
  vocabularies?: LdapVocabularies,
): Promise<readonly Finding[]> {
  const { attributes: file } = config.documents;
  if (file === undefined) return [];
  return attempt('document', async () => {
    const recipes = await load(file, reports);
    const provided = listProvided(config, people, vocabularies);
    const doubts = listRecipeDoubts(recipes, { provided, scopes: config.idp.scopes, loginNames: loginNames(config) });
    return [
      { level: 'ok', about: 'document', message: `${file}: ${count(Object.keys(recipes.recipes).length, 'recipe')}` },
      ...doubts.map(({ path, message }): Finding => {
        return { level: 'warn', about: 'document', message: `${file}: ${recipePlace(path)}: ${message}` };
      }),
    ];
  });
}

const loginNames = ({ directory }: Config): readonly string[] =>
  directory.flatMap((one) => (one.kind === 'ldap' ? [one.ldap.usernameAttribute] : []));

const load = (file: string, reports: readonly DocumentReport[]): Promise<AttributeRecipes> =>
  loadInForce(reports, file, loadAttributes, parseAttributes);
