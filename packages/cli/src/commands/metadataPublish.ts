import type { Config } from '@gakumon/config';
import type { Federation, RegistrationFinding } from '@gakumon/metadata';
import { GakumonError } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { count } from '../count.ts';
import { escapeInvisibleXml } from '../escapeInvisible.ts';
import { refuseUsage } from '../failure.ts';
import { readConfig } from '../withConfig.ts';
import { registrationForm } from './metadataForm.ts';

type Options = {
  readonly check?: true;
  readonly summary?: true;
  readonly for: string;
  readonly json?: true;
};

export function addMetadataPublish(metadata: Command, context: CliContext): void {
  metadata
    .command('publish')
    .description('print the metadata of this IdP, to be given to a federation')
    .option('--check', 'tell what the federation would refuse in it, and what it asks for besides')
    .option('--summary', 'print what its application form wants, in Japanese and English, to be copied by hand')
    .option('--for <federation>', 'whose rules --check goes by: gakunin or edugain', 'gakunin')
    .option('--json', 'for scripts, with --check or --summary')
    .action((options: Options) => publish(context, options));
}

async function publish(context: CliContext, options: Options): Promise<void> {
  const { check, summary, json, for: federation } = options;
  if (federation !== 'gakunin' && federation !== 'edugain') refuseUsage('--for must be gakunin or edugain');
  if (check && summary) refuseUsage('either --check or --summary');
  if (json && !check && !summary) refuseUsage('--json goes with --check or --summary: metadata is XML');
  const config = await readConfig(context);
  if (check) return checkRegistration(context, config, federation, json === true);
  if (summary) return printForm(context, config, json === true);
  const { publishOwnMetadata } = await import('@gakumon/assembly');
  context.terminal.print(escapeInvisibleXml((await publishOwnMetadata(config, context.clock())).trimEnd()));
}

async function printForm(context: CliContext, config: Config, json: boolean): Promise<void> {
  const { readOwnMetadata } = await import('@gakumon/assembly');
  const fields = registrationForm(await readOwnMetadata(config, context.clock()));
  const lines = fields.map(({ field, value }) =>
    [`${field}:`, ...value.split('\n').map((line) => `  ${line}`)].join('\n'),
  );
  context.terminal.print(json ? JSON.stringify(fields, undefined, 2) : lines.join('\n'));
}

/** @throws GakumonError `check-failed` when something would be refused */
async function checkRegistration(
  context: CliContext,
  config: Config,
  federation: Federation,
  json: boolean,
): Promise<void> {
  const { readOwnMetadata } = await import('@gakumon/assembly');
  const { judgeRegistration } = await import('@gakumon/metadata');
  const now = context.clock();
  const findings = judgeRegistration(await readOwnMetadata(config, now), { federation, now });
  const { terminal } = context;
  if (json) terminal.print(JSON.stringify(findings, undefined, 2));
  else terminal.print(findings.length === 0 ? 'nothing is amiss' : findings.map(describe).join('\n'));
  const refused = findings.filter(({ level }) => level === 'refused').length;
  if (refused > 0) throw new GakumonError('check-failed', { detail: `${count(refused, 'thing')} would be refused` });
}

const describe = ({ level, about, message, hint }: RegistrationFinding): string =>
  `${level.padEnd(8)}${about.padEnd(14)}${message}\n${' '.repeat(22)}${hint}`;
