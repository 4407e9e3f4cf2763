import type { DocumentReport } from '@gakumon/assembly';
import {
  type AccessRule,
  type AttributeRecipes,
  listNamesRead,
  type PersonCondition,
  type ReleaseDocument,
  type ReleaseTarget,
} from '@gakumon/attributes';
import { type Config, loadRelease, parseRelease, type SourceConfig } from '@gakumon/config';
import { recipesInForce } from './checkAttributes.ts';
import type { Finding } from './finding.ts';
import { loadInForce } from './loadInForce.ts';

type Grounds = Pick<Config, 'documents' | 'sources'>;

/** Sources that may be missing, though rules about who may do what rest on what they tell. */
export async function checkSourcesMissed(
  config: Config,
  reports: readonly DocumentReport[],
): Promise<readonly Finding[]> {
  const { release: file } = config.documents;
  if (file === undefined || config.sources.length === 0) return [];
  // That it cannot be read is told of with the documents
  const release = await loadInForce(reports, file, loadRelease, parseRelease).catch(() => undefined);
  if (release === undefined) return [];
  return listMissed(config, release, await recipesInForce(config, reports));
}

/** Pure. */
export function listMissed({ sources }: Grounds, release: ReleaseDocument, recipes: AttributeRecipes): Finding[] {
  const rules = listGrounds(release, recipes);
  return sources
    .filter(({ whenAway }) => whenAway === 'without')
    .flatMap((source) =>
      rules.flatMap(({ rule, reads }): Finding[] => {
        const told = reads.filter((name) => mayTell(source, name));
        return told.length === 0 ? [] : [missed(source, rule, told)];
      }),
    );
}

const mayTell = ({ attributes }: SourceConfig, name: string): boolean =>
  attributes === undefined || Object.hasOwn(attributes, name);

function missed({ name, attributes }: SourceConfig, rule: string, told: readonly string[]): Finding {
  const verb = attributes === undefined ? 'may tell' : 'tells';
  return {
    level: 'warn',
    about: 'source',
    message: `${name}: ${rule} rests on ${told.join(', ')}, which it ${verb}: while it is away (whenAway: without), that can't be decided, and the answer is no`,
    hint:
      attributes === undefined
        ? `sources (${name}) attributes says what it tells; or whenAway: refuse`
        : `whenAway: refuse in sources (${name}) asks people to come again; or let the directory tell it`,
  };
}

type RuleGround = { readonly rule: string; readonly reads: readonly string[] };

function listGrounds({ rules, access }: ReleaseDocument, recipes: AttributeRecipes): RuleGround[] {
  const denying = rules.filter(({ deny }) => deny.length > 0);
  const read = (ids: readonly string[]) => [...new Set(ids.flatMap((id) => listReads(id, recipes)))];
  return [
    ...denying.map(({ name, to }) => ({ rule: `the deny of rule ${name}`, reads: read(idsOfTarget(to)) })),
    ...access.map((one) => ({ rule: `access rule ${one.name}`, reads: read(idsOfAccess(one)) })),
  ];
}

const affiliationIds = ['eduPersonAffiliation', 'eduPersonScopedAffiliation'];

function idsOfTarget(to: ReleaseTarget): readonly string[] {
  // What is excluded (`not`) counts as well, however deep it stands
  return to !== 'any' && JSON.stringify(to).includes('"affiliation":') ? affiliationIds : [];
}

const idsOfAccess = ({ to, allow, deny }: AccessRule): readonly string[] => [
  ...idsOfTarget(to),
  ...[...(allow === 'everybody' ? [] : allow), ...deny].flatMap(idsOfCondition),
];

const idsOfCondition = ({ attributes = [], affiliations }: PersonCondition): readonly string[] => [
  ...attributes.map(({ id }) => id),
  ...(affiliations === undefined ? [] : affiliationIds),
];

/** What directories and sources are asked for to make an attribute. */
function listReads(id: string, { recipes }: AttributeRecipes): readonly string[] {
  const recipe = recipes[id];
  if (recipe !== undefined) return listNamesRead(recipe);
  return affiliationIds.includes(id) ? ['affiliation', id] : [id];
}
