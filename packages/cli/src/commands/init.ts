import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseConfig } from '@gakumon/config';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { refuseUsage } from '../failure.ts';
import { type Installation, installationFiles, metadataFolder } from '../installation/installationFiles.ts';
import { makeKeyFiles } from '../installation/keyFiles.ts';
import { writeNewFiles } from '../installation/newFiles.ts';

type InitOptions = {
  readonly dir: string;
  readonly entityId?: string;
  readonly baseUrl?: string;
  readonly scope?: readonly string[];
  readonly orgJa?: string;
  readonly orgEn?: string;
  readonly supportUrl?: string;
  readonly keyBits: string;
};

export function addInit(program: Command, context: CliContext): void {
  program
    .command('init')
    .description('write keys, a configuration and its documents; on a terminal it asks for what no option tells')
    .option('--dir <folder>', 'where to', '.')
    .option('--base-url <url>', 'where browsers will reach it, e.g. https://idp.example.ac.jp')
    .option('--entity-id <uri>', 'its name for ever (else the base URL with /idp/shibboleth)')
    .option('--scope <domain...>', 'the domain behind the @ of scoped attributes')
    .option('--org-ja <name>', 'the name of the organisation in Japanese')
    .option('--org-en <name>', 'the name of the organisation in English')
    .option('--support-url <url>', 'where people find help')
    .option('--key-bits <number>', 'the length of the RSA keys: 2048, 3072 or 4096', '2048')
    .action((options: InitOptions) => init(context, options));
}

async function init(context: CliContext, options: InitOptions): Promise<void> {
  const keyBits = Number(options.keyBits);
  if (![2048, 3072, 4096].includes(keyBits)) refuseUsage('--key-bits must be 2048, 3072 or 4096');
  const folder = resolve(context.cwd, options.dir);
  const files = installationFiles(await decideInstallation(context, options));
  const config = parseConfig(files[0]?.content ?? '', resolve(folder, 'gakumon.yaml'));
  const commonName = new URL(config.idp.baseUrl).hostname;
  const keys = await makeKeyFiles({ commonName, now: context.clock(), keyBits });
  const written = await writeNewFiles(folder, [...files, ...keys]);
  await mkdir(resolve(folder, metadataFolder), { recursive: true });
  context.terminal.print(written.map((path) => `wrote ${path}`).join('\n'));
}

async function decideInstallation(context: CliContext, options: InitOptions): Promise<Installation> {
  const missing = listMissing(options);
  if (missing.length > 0 && !context.terminal.isInteractive) {
    refuseUsage(`there is no terminal to ask at; say ${missing.join(', ')}`);
  }
  const ask = async (given: string | undefined, question: string, proposal?: string): Promise<string> =>
    given ?? (await context.terminal.ask(question, proposal));
  const baseUrl = (await ask(options.baseUrl, 'base URL, e.g. https://idp.example.ac.jp')).replace(/\/$/, '');
  const usualEntityId = `${baseUrl}/idp/shibboleth`;
  return {
    baseUrl,
    entityId: options.entityId ?? (await askOptional(context, 'entityID', usualEntityId)),
    scopes: options.scope ?? (await context.terminal.ask('scope, e.g. example.ac.jp')).split(/[\s,]+/),
    organization: {
      ja: await ask(options.orgJa, 'name of the organisation in Japanese'),
      en: await ask(options.orgEn, 'name of the organisation in English'),
    },
    supportUrl: options.supportUrl,
  };
}

/** Asks where somebody can be asked; takes what is usual otherwise. */
async function askOptional({ terminal }: CliContext, question: string, usual: string): Promise<string> {
  return terminal.isInteractive ? terminal.ask(question, usual) : usual;
}

function listMissing({ baseUrl, scope, orgJa, orgEn }: InitOptions): string[] {
  const required = { '--base-url': baseUrl, '--scope': scope, '--org-ja': orgJa, '--org-en': orgEn };
  return Object.entries(required).flatMap(([flag, value]) => (value === undefined ? [flag] : []));
}
