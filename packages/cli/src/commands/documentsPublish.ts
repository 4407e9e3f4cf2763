import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { DocumentPlan } from '@gakumon/assembly';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { refuseUsage } from '../failure.ts';
import { readConfig } from '../withConfig.ts';
import { withSealedRecords } from '../withSealedRecords.ts';

export function addDocumentsPublish(documents: Command, context: CliContext): void {
  documents
    .command('publish')
    .description('put a file into force on all nodes, whatever their own files hold')
    .argument('<file>', 'a document of the configuration, or with --as any file')
    .option('--as <name>', 'which document it is, as gakumon documents list shows it')
    .action((file: string, options: { as?: string }) => publish(context, file, options.as));
}

async function publish(context: CliContext, path: string, name: string | undefined): Promise<void> {
  const { documentRecords, listDocumentPlans, publishDocument } = await import('@gakumon/assembly');
  const config = await readConfig(context);
  const file = resolve(context.cwd, path);
  const plan = findPlan(listDocumentPlans(config), config.file, file, name);
  const text = await plan.read(file);
  const facts = { now: context.clock(), by: { host: hostname(), pid: process.pid, file } };
  const { serial } = await withSealedRecords(config, context, ({ sealed, keys }) =>
    publishDocument(plan, text, documentRecords(sealed, keys), facts),
  );
  context.terminal.print(`published ${plan.name} ${serial}: running servers have it within seconds`);
}

type Plans = readonly DocumentPlan<unknown>[];

function findPlan(plans: Plans, configFile: string, file: string, name: string | undefined): DocumentPlan<unknown> {
  const found = plans.find((plan) => (name === undefined ? plan.file === file : plan.name === name));
  if (found !== undefined) return found;
  const names = plans.map((plan) => `"${plan.name}"`).join(', ');
  return refuseUsage(
    name === undefined
      ? `${file} is no document of ${configFile}; say which one it is with --as: ${names}`
      : `there is no document "${name}"; there are ${names}`,
  );
}
