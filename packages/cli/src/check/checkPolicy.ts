import { type Config, loadPolicy, parsePolicy } from '@gakumon/config';
import type { ServiceProviders } from '@gakumon/metadata';
import { defaultPolicy, listPolicyDoubts, type StepUpPolicy } from '@gakumon/mfa';
import { hours } from '@gakumon/terms';
import { count } from '../count.ts';
import { tellMoment } from '../metadata/moments.ts';
import { attempt } from './attempt.ts';
import { describeContexts } from './describeContexts.ts';
import type { Finding } from './finding.ts';

/** What a policy is held against. */
export type PolicyGround = {
  /** Everybody in the directories, and all groups that somebody is in. */
  readonly usernames: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  /** Undefined: the metadata can't be read. */
  readonly known: ServiceProviders | undefined;
  /** Whoever has an authenticator in the records; undefined: nobody could look. */
  readonly enrolled: readonly string[] | undefined;
  readonly now: number;
};

type Load = (file: string, load: typeof loadPolicy, parse: typeof parsePolicy) => Promise<StepUpPolicy>;

/** The step-up policy: what will hold soon, what can't be right, which AuthnContexts can be asserted, and what backs them. */
export function checkPolicy({ documents }: Config, ground: PolicyGround, load: Load): Promise<readonly Finding[]> {
  const file = documents.policy;
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
      ...(await listStrangers(file, policy, ground)),
      ...listComing(policy, ground),
      ...listClosedDoors(file, policy, ground.now),
    ];
  });
}

/** Names in rules that nobody answers to: mistyped, most of the time. */
async function listStrangers(
  file: string,
  { rules }: StepUpPolicy,
  { groups, known }: PolicyGround,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, when } of rules) {
    const strangers = [...(when.group ?? []), ...(when.notGroup ?? [])].filter((group) => !groups.has(group));
    findings.push(...strangers.map((group) => warning(`${file}: rule ${name}: nobody is in the group ${group}`)));
    for (const entityId of known === undefined ? [] : (when.service?.entityIds ?? [])) {
      if ((await known?.find(entityId)) !== undefined) continue;
      findings.push(warning(`${file}: rule ${name}: no metadata tells of ${entityId}`));
    }
  }
  return findings;
}

/** Time enough to tell people, and to help those who wait until the last day. */
const soon = hours(24 * 30);

function listComing({ rules }: StepUpPolicy, { usernames, enrolled, now }: PolicyGround): Finding[] {
  const coming = rules.filter(({ from }) => from !== undefined && from > now && from - now <= soon);
  const has = new Set(enrolled);
  const without = [...usernames].filter((username) => !has.has(username)).length;
  const who =
    enrolled === undefined ? '' : `; ${without} of ${count(usernames.size, 'person', 'people')} have enrolled nothing`;
  return coming.map(({ name, from = now, require, announce }) => ({
    level: 'warn',
    about: 'policy',
    message: `${name} requires ${require.name} ${tellMoment(from, now)}${who}`,
    hint:
      announce === undefined
        ? 'announce: P30D beside its from tells people of it when they log in'
        : 'gakumon policy explain --at shows whom it will stop',
  }));
}

/** Whoever has nothing can be asked for something that there is no way to. */
function listClosedDoors(file: string, policy: StepUpPolicy, now: number): Finding[] {
  const doubts = listPolicyDoubts(policy).map(({ message }) => warning(`${file}: ${message}`));
  const isOpen = policy.enrolment.some(({ from = now, until }) => from <= now && (until === undefined || now < until));
  const asks = policy.rules.some(({ require }) => !require.combinations.some((all) => all.every(isPassword)));
  if (doubts.length > 0 || isOpen || !asks) return doubts;
  const message = `${file}: rules ask for more than a password, and now nobody may enrol it by one`;
  return [{ ...warning(message), hint: 'enrolment: - { name: on-campus, when: { network: … }, for: any }' }];
}

const isPassword = ({ authenticator }: { readonly authenticator: string }): boolean => authenticator === 'password';
const ok = (message: string): Finding => ({ level: 'ok', about: 'policy', message });
const warning = (message: string): Finding => ({ level: 'warn', about: 'policy', message });
