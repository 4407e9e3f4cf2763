import { type Config, loadPolicy, parsePolicy } from '@gakumon/config';
import type { ServiceProviders } from '@gakumon/metadata';
import { defaultPolicy, failedPerson, listPolicyDoubts, type PolicyRule, type StepUpPolicy } from '@gakumon/mfa';
import { hours, type Username } from '@gakumon/terms';
import { count } from '../count.ts';
import { tellMoment } from '../metadata/moments.ts';
import { attempt } from './attempt.ts';
import { checkProxies } from './checkProxies.ts';
import { describeContexts } from './describeContexts.ts';
import type { Finding } from './finding.ts';

/** Somebody as rules see them. */
export type PersonOfCheck = {
  readonly username: string;
  readonly groups: readonly string[];
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** Whether the directory itself gives them something to prove. */
  readonly hasTotp: boolean;
};

/** What a policy is held against. */
export type PolicyGround = {
  /** Everybody in the directories who may log in, and all groups that somebody is in. */
  readonly people: readonly PersonOfCheck[];
  readonly groups: Pick<ReadonlySet<string>, 'has'>;
  /** Undefined: the metadata can't be read. */
  readonly known: ServiceProviders | undefined;
  /** Whoever has an authenticator in the records; undefined: nobody could look. */
  readonly enrolled: readonly string[] | undefined;
  readonly now: number;
};

type Load = (file: string, load: typeof loadPolicy, parse: typeof parsePolicy) => Promise<StepUpPolicy>;

/** The step-up policy: what will hold soon, what can't be right, which AuthnContexts can be asserted, and what backs them. */
export function checkPolicy(config: Config, ground: PolicyGround, load: Load): Promise<readonly Finding[]> {
  const file = config.documents.policy;
  if (file === undefined) {
    const message = 'none: a second factor only where a service asks for one, and nobody may enrol by a password';
    return Promise.resolve([ok(message), ...describeContexts(defaultPolicy)]);
  }
  return attempt('policy', async () => {
    const policy = await load(file, loadPolicy, parsePolicy);
    const { networks, rules, enrolment } = policy;
    const counts = [
      count(networks.length, 'network'),
      count(rules.length, 'rule'),
      `enrolment by ${count(enrolment.length, 'rule')}`,
    ];
    return [
      ok(`${file}: ${counts.join(', ')}`),
      ...describeContexts(policy),
      ...(await listStrangers(file, policy, ground)).map(warning),
      ...listDemands(policy, ground),
      ...listClosedDoors(file, policy, ground.now),
      ...checkProxies(file, policy, config),
    ];
  });
}

/** Names in rules that nobody answers to: mistyped, most of the time. */
export async function listStrangers(
  file: string,
  { rules }: StepUpPolicy,
  { groups, known }: Pick<PolicyGround, 'groups' | 'known'>,
): Promise<readonly string[]> {
  const findings: string[] = [];
  for (const { name, when } of rules) {
    const strangers = [...(when.group ?? []), ...(when.notGroup ?? [])].filter((group) => !groups.has(group));
    findings.push(...strangers.map((group) => `${file}: rule ${name}: nobody is in the group ${group}`));
    for (const entityId of known === undefined ? [] : (when.service?.entityIds ?? [])) {
      if ((await known?.find(entityId)) !== undefined) continue;
      findings.push(`${file}: rule ${name}: no metadata tells of ${entityId}`);
    }
  }
  return findings;
}

/** Time enough to tell people, and to help those who wait until the last day. */
const soon = hours(24 * 30);

/** Rules that begin soon, and those in force that somebody is not ready for. */
function listDemands({ rules }: StepUpPolicy, ground: PolicyGround): Finding[] {
  const { now } = ground;
  const asking = rules.filter(({ require, until }) => asksForMore(require) && (until === undefined || now < until));
  return asking.flatMap((rule): Finding[] => {
    const { name, from = now, require, announce } = rule;
    const unready = tellUnready(rule, ground);
    if (from > now + soon || (from <= now && unready === undefined)) return [];
    const when = from > now ? tellMoment(from, now) : 'now';
    const message = `${name} requires ${require.name} ${when}${unready === undefined ? '' : `; ${unready}`}`;
    return [{ ...warning(message), hint: hintOf(from > now, announce) }];
  });
}

function hintOf(isComing: boolean, announce: number | undefined): string {
  if (!isComing) return 'gakumon policy explain shows where they may still enrol; enrolment in policy.yaml lets them';
  if (announce === undefined) return 'announce: P30D beside its from tells people of it when they log in';
  return 'gakumon policy explain --at shows whom it will stop';
}

/** How many of those whom a rule concerns, by who they are, have nothing to meet it with; undefined: nobody, or unknown. */
function tellUnready({ when }: PolicyRule, { people, enrolled }: PolicyGround): string | undefined {
  if (enrolled === undefined) return undefined;
  const has = new Set(enrolled);
  const concerned = people.filter(
    ({ username, groups, attributes }) =>
      failedPerson(when, { username: username as Username, groups, attributes }) === undefined,
  );
  const without = concerned.filter(({ username, hasTotp }) => !hasTotp && !has.has(username)).length;
  const whom = count(concerned.length, 'person', 'people');
  return without === 0 ? undefined : `${without} of the ${whom} whom it concerns have enrolled nothing`;
}

/** Whoever has nothing can be asked for something that there is no way to. */
function listClosedDoors(file: string, policy: StepUpPolicy, now: number): Finding[] {
  const found = listPolicyDoubts(policy);
  const doubts = found.map(({ message }) => warning(`${file}: ${message}`));
  const isTold = found.some(({ path }) => path[0] === 'rules' && path.at(-1) === 'require');
  const isOpen = policy.enrolment.some(({ from = now, until }) => from <= now && (until === undefined || now < until));
  const asks = policy.rules.some(({ require }) => asksForMore(require));
  if (isTold || isOpen || !asks) return doubts;
  const message = `${file}: rules ask for more than a password, and now nobody may enrol it by one`;
  return [...doubts, { ...warning(message), hint: 'enrolment: - { name: on-campus, when: { network: … }, for: any }' }];
}

const asksForMore = ({ combinations }: PolicyRule['require']): boolean =>
  !combinations.some((all) => all.every(isPassword));
const isPassword = ({ authenticator }: { readonly authenticator: string }): boolean => authenticator === 'password';
const ok = (message: string): Finding => ({ level: 'ok', about: 'policy', message });
const warning = (message: string): Finding => ({ level: 'warn', about: 'policy', message });
