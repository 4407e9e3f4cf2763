import type { AccessRule, OneOf, PersonCondition, ReleaseDocument, ReleaseTarget } from '@gakumon/attributes';
import type { Config } from '@gakumon/config';
import type { ServiceProviders } from '@gakumon/metadata';
import { count } from '../count.ts';
import { listUnreached, ruleHint } from '../releaseReach.ts';
import type { Finding } from './finding.ts';

/** What the names in release.yaml can stand for. */
export type ReleaseGround = {
  readonly config: Pick<Config, 'metadata' | 'directory'>;
  /** The groups that somebody is in, or may be. */
  readonly groups: Pick<ReadonlySet<string>, 'has'>;
  /** Undefined: nobody can tell. */
  readonly known: ServiceProviders | undefined;
};

/** The rules name only groups, sources and service providers that exist, and every service provider is reached. */
export async function checkRelease(
  file: string,
  { rules, access }: ReleaseDocument,
  ground: ReleaseGround,
): Promise<readonly Finding[]> {
  const doubts: Finding[] = [];
  for (const { name, to } of rules) {
    for (const doubt of await listTargetDoubts(to, ground)) doubts.push(warning(`${file}: rule ${name}: ${doubt}`));
  }
  for (const rule of access) {
    for (const doubt of [...(await listTargetDoubts(rule.to, ground)), ...listAccessDoubts(rule, ground)]) {
      doubts.push(warning(`${file}: access rule ${rule.name}: ${doubt}`));
    }
  }
  const counted = [count(rules.length, 'rule'), ...(access.length === 0 ? [] : [count(access.length, 'access rule')])];
  return [
    { level: 'ok', about: 'document', message: `${file}: ${counted.join(', ')}` },
    ...doubts,
    ...(ground.known === undefined ? [] : checkReach(file, rules, ground.known)),
  ];
}

/** One line for each source: a federation has hundreds of service providers. */
function checkReach(file: string, rules: ReleaseDocument['rules'], known: ServiceProviders): Finding[] {
  const sources = Map.groupBy(listUnreached(known.list(), rules), ({ source }) => source);
  return [...sources].map(([source, unreached]) => {
    const who = unreached.length === 1 ? unreached[0]?.entityId : count(unreached.length, 'service provider');
    const message = `no release rule reaches ${who} of ${source}: only a transient NameID goes there`;
    return { level: 'warn', about: 'document', message, hint: ruleHint(source, file) };
  });
}

/** Names in a target that stand for nothing. */
async function listTargetDoubts(to: ReleaseTarget, ground: ReleaseGround): Promise<string[]> {
  const { config, known } = ground;
  if (to === 'any' || known === undefined) return [];
  const all = known.list();
  const named = [to, ...listExcluded(to)];
  const texts = (key: 'entityId' | 'source' | 'category' | 'registrationAuthority' | 'group') =>
    named.flatMap((one) => textsOf(one[key]));
  const sources = [...config.metadata.sources.map(({ name }) => name), ...all.map(({ source }) => source)];
  const groupsOfServices = named.flatMap(({ serviceProviders = [] }) => serviceProviders);
  const entityIds = [...texts('entityId'), ...groupsOfServices.flatMap((group) => group.entityIds)];
  const strangers: string[] = [];
  for (const entityId of new Set(entityIds)) if ((await known.find(entityId)) === undefined) strangers.push(entityId);
  return [
    ...strangers.map((entityId) => `no metadata tells of ${entityId}`),
    ...listEmptyGroups(texts('group'), ground),
    ...texts('source').flatMap((one) => (sources.includes(one) ? [] : [`there is no metadata source ${one}`])),
    ...texts('category').flatMap((one) =>
      all.some(({ categories }) => categories.includes(one)) ? [] : [`no SP is in ${one}`],
    ),
    ...texts('registrationAuthority').flatMap((one) =>
      all.some(({ registrationAuthority }) => registrationAuthority === one) ? [] : [`no SP was registered by ${one}`],
    ),
  ];
}

function listExcluded({ not }: Exclude<ReleaseTarget, 'any'>) {
  if (not === undefined) return [];
  return 'map' in not ? not : [not];
}

const textsOf = (written: OneOf | undefined): readonly string[] =>
  written === undefined ? [] : typeof written === 'string' ? [written] : written;

function listEmptyGroups(names: readonly string[], { groups }: ReleaseGround): string[] {
  return names.filter((one) => !groups.has(one)).map((one) => `nobody is in the group ${one}`);
}

/** Whom an access rule lets in that nobody is, and a rule that lets in nobody at all. */
function listAccessDoubts({ allow, deny }: AccessRule, ground: ReleaseGround): string[] {
  const conditions = [...(allow === 'everybody' ? [] : allow), ...deny];
  const directories = ground.config.directory.map(({ name }) => name);
  return [
    ...(allow.length === 0 ? ['lets nobody in: allow is empty'] : []),
    ...conditions.flatMap(({ groups = [], directories: named = [] }: PersonCondition) => [
      ...listEmptyGroups(groups, ground),
      ...named.filter((one) => !directories.includes(one)).map((one) => `there is no directory ${one}`),
    ]),
  ];
}

const warning = (message: string): Finding => ({ level: 'warn', about: 'document', message });
