import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parseDuration, parseMoment } from '@gakumon/config';
import { unknownAddress } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { refuseUsage } from '../failure.ts';
import { readUsername } from '../withSessions.ts';

type ExplainOptions = {
  readonly user: string;
  readonly sp?: string;
  readonly ip: string;
  readonly at?: string;
  readonly context: readonly string[];
  readonly lastProof?: string;
  readonly newBrowser?: true;
  readonly newNetwork?: true;
  readonly policy?: string;
  readonly json?: true;
};

const append = (value: string, before: readonly string[]): string[] => [...before, value];

export function addPolicyExplain(policy: Command, context: CliContext): void {
  policy
    .command('explain')
    .description('what would be asked of a person who logs in from somewhere to a service, and which rule says so')
    .requiredOption('--user <user>', 'the user name')
    .option('--sp <entityID>', 'the service provider (else the pages about oneself)')
    .requiredOption('--ip <address>', 'where the person comes from')
    .option('--at <time>', 'as of this time, such as 2024-04-08T09:00:00Z or 2024-04-08 (else now)')
    .option('--context <uri>', 'an AuthnContext class that the service asks for; may be repeated', append, [])
    .option('--last-proof <duration>', 'in a session that lives, whose last proof is so old, such as PT40M')
    .option('--new-browser', 'from a browser that is not known of the person')
    .option('--new-network', 'from a network that is not known of the person')
    .option('--policy <file>', 'a policy.yaml to try out, in place of the one in force')
    .option('--json', 'for scripts')
    .action((options: ExplainOptions) => explain(context, options));
}

async function explain(context: CliContext, options: ExplainOptions): Promise<void> {
  const wish = {
    username: readUsername(options.user),
    entityId: options.sp,
    address: addressOf(options.ip),
    now: options.at === undefined ? context.clock() : timeOf(options.at),
    contexts: options.context,
    lastProof: options.lastProof === undefined ? undefined : spanOf(options.lastProof),
    isNewBrowser: options.newBrowser === true,
    isNewNetwork: options.newNetwork === true,
    draft: options.policy === undefined ? undefined : resolve(context.cwd, options.policy),
  };
  const { explainWish } = await import('../policy/explainWish.ts');
  const explained = await explainWish(context, wish);
  context.terminal.print(options.json ? JSON.stringify(explained.described, undefined, 2) : explained.text);
}

/** Also that of people whom a proxy tells nothing about, as cases have it. */
function addressOf(text: string): string {
  if (isIP(text) !== 0 || text === unknownAddress) return text;
  return refuseUsage(`${JSON.stringify(text)} is no address`);
}

function spanOf(text: string): number {
  return parseDuration(text) ?? refuseUsage(`--last-proof ${text}: say a length of time such as PT40M (40 minutes)`);
}

function timeOf(text: string): number {
  const at = parseMoment(text);
  return at ?? refuseUsage(`--at ${text}: say a time such as 2024-04-08T09:00:00+09:00, or a day such as 2024-04-08`);
}
