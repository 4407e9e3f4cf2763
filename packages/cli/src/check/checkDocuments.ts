import type { DocumentReport } from '@gakumon/assembly';
import {
  type Config,
  loadReleaseRules,
  loadServiceProviderSettings,
  parseReleaseRules,
  parseServiceProviderSettings,
} from '@gakumon/config';
import type { ServiceProviders } from '@gakumon/metadata';
import { count } from '../count.ts';
import { listUnreached, ruleHint } from '../releaseReach.ts';
import { attempt } from './attempt.ts';
import { checkPeople } from './checkPeople.ts';
import { checkPolicy, type PolicyGround } from './checkPolicy.ts';
import type { Finding } from './finding.ts';
import { loadInForce } from './loadInForce.ts';

type Rule = Awaited<ReturnType<typeof loadReleaseRules>>[number];

/**
 * People and documents can be read, and name only groups, sources and service providers that exist.
 * @param reports how the files stand to what is published; empty when nobody can tell
 * @param beside what the records say of people, and the time
 */
export async function checkDocuments(
  config: Config,
  known: ServiceProviders | undefined,
  reports: readonly DocumentReport[],
  beside: Pick<PolicyGround, 'enrolled' | 'now'>,
): Promise<readonly Finding[]> {
  const { findings, people, groups } = await checkPeople(config, reports);
  const { release, sps } = config.documents;
  return [
    ...findings,
    ...(release === undefined
      ? []
      : await attempt('document', () => checkRelease(release, config, groups, known, reports))),
    ...(sps === undefined ? [] : await attempt('document', () => checkSettings(sps, config, known, reports))),
    ...(await checkPolicy(config, { people, groups, known, ...beside }, (file, load, parse) =>
      loadInForce(reports, file, load, parse),
    )),
  ];
}

async function checkRelease(
  file: string,
  config: Config,
  groups: PolicyGround['groups'],
  known: ServiceProviders | undefined,
  reports: readonly DocumentReport[],
): Promise<readonly Finding[]> {
  const rules = await loadInForce(reports, file, loadReleaseRules, parseReleaseRules);
  const doubts: Finding[] = [];
  for (const rule of rules) {
    const doubt = await doubtAbout(rule, config, groups, known);
    if (doubt !== undefined) doubts.push(warning(`${file}: rule ${rule.name}: ${doubt}`));
  }
  return [
    { level: 'ok', about: 'document', message: `${file}: ${count(rules.length, 'rule')}` },
    ...doubts,
    ...(known === undefined ? [] : checkReach(file, rules, known)),
  ];
}

/** One line for each source: a federation has hundreds of service providers. */
function checkReach(file: string, rules: readonly Rule[], known: ServiceProviders): Finding[] {
  const sources = Map.groupBy(listUnreached(known.list(), rules), ({ source }) => source);
  return [...sources].map(([source, unreached]) => {
    const who = unreached.length === 1 ? unreached[0]?.entityId : count(unreached.length, 'service provider');
    const message = `no release rule reaches ${who} of ${source}: only a transient NameID goes there`;
    return { level: 'warn', about: 'document', message, hint: ruleHint(source, file) };
  });
}

async function doubtAbout(
  { to }: Rule,
  { metadata }: Config,
  groups: PolicyGround['groups'],
  known: ServiceProviders | undefined,
): Promise<string | undefined> {
  if (to === 'any' || known === undefined) return undefined;
  const all = known.list();
  if ('entityId' in to)
    return (await known.find(to.entityId)) === undefined ? `no metadata tells of ${to.entityId}` : undefined;
  if ('group' in to) return groups.has(to.group) ? undefined : `nobody is in the group ${to.group}`;
  if ('source' in to) {
    const names = [...metadata.sources.map(({ name }) => name), ...all.map(({ source }) => source)];
    return names.includes(to.source) ? undefined : `there is no metadata source ${to.source}`;
  }
  if ('category' in to) {
    return all.some(({ categories }) => categories.includes(to.category)) ? undefined : `no SP is in ${to.category}`;
  }
  const registered = all.some(({ registrationAuthority }) => registrationAuthority === to.registrationAuthority);
  return registered ? undefined : `no SP was registered by ${to.registrationAuthority}`;
}

async function checkSettings(
  file: string,
  config: Config,
  known: ServiceProviders | undefined,
  reports: readonly DocumentReport[],
): Promise<readonly Finding[]> {
  const entries = await loadInForce(reports, file, loadServiceProviderSettings, parseServiceProviderSettings);
  const { previewEncryption } = await import('@gakumon/assembly');
  const doubts: Finding[] = [];
  for (const entry of known === undefined ? [] : entries) {
    const serviceProvider = await known?.find(entry.entityId);
    if (serviceProvider === undefined) {
      doubts.push(warning(`${file}: no metadata tells of ${entry.entityId}`));
      continue;
    }
    const encryption = previewEncryption(config, serviceProvider, entry);
    if (encryption.kind === 'impossible') {
      doubts.push(warning(`${file}: nobody can log in at ${encryption.detail}`));
    }
  }
  return [
    { level: 'ok', about: 'document', message: `${file}: ${count(entries.length, 'service provider')}` },
    ...doubts,
  ];
}

const warning = (message: string): Finding => ({ level: 'warn', about: 'document', message });
