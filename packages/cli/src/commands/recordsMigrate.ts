import type { RecordsStatus } from '@gakumon/assembly';
import { GakumonError } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { readConfig } from '../withConfig.ts';

type MigrateOptions = { readonly dryRun?: true; readonly json?: true };
type Plan = RecordsStatus['schema'];

export function addRecordsMigrate(records: Command, context: CliContext): void {
  records
    .command('migrate')
    .description('bring the schema of the database up to this Gakumon; the start of a server does the same')
    .option('--dry-run', 'tell what would be done, and change nothing')
    .option('--json', 'for scripts')
    .action((options: MigrateOptions) => migrate(context, options));
}

async function migrate(context: CliContext, { dryRun, json }: MigrateOptions): Promise<void> {
  const config = await readConfig(context);
  const { openConfiguredExchange } = await import('@gakumon/assembly');
  const exchange = await openConfiguredExchange(config, context.env);
  const plan = dryRun ? requireNotNewer((await exchange.status()).schema) : await exchange.migrate();
  if (json) context.terminal.print(JSON.stringify(plan, undefined, 2));
  else context.terminal.print(describe(plan, dryRun === true, exchange.place));
}

function requireNotNewer(plan: Plan): Plan {
  if (plan.found <= plan.target) return plan;
  throw new GakumonError('records-newer', { detail: `schema ${plan.found}; this program knows up to ${plan.target}` });
}

function describe({ found, target, steps }: Plan, isDryRun: boolean, place: string): string {
  if (found === target) return `${place} has schema ${target} already: nothing is to be done`;
  const done = isDryRun ? 'would be' : 'was';
  const what = found === 0 ? `made with schema ${target}` : `brought from schema ${found} to ${target}`;
  return [`${place} ${done} ${what}:`, ...steps.map((step) => `  ${step}`)].join('\n');
}
