import type { KeyUse } from '@gakumon/assembly';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { readConfig } from '../withConfig.ts';
import { change } from './keysActivate.ts';
import { adviseCopying, parseKeyUse, requireCopied } from './keysNodes.ts';

type Options = { readonly next?: true; readonly copied?: true; readonly json?: true };

export function addKeysRetire(keys: Command, context: CliContext): void {
  keys
    .command('retire')
    .description('take the former SAML key out of our metadata')
    .argument('[use]', 'signing or encryption; each that has one when neither is said')
    .option('--next', 'the next one instead, which is not to be used after all')
    .option('--copied', 'every node uses the new key already')
    .option('--json', 'for scripts')
    .action((use: string | undefined, options: Options) => retire(context, parseKeyUse(use), options));
}

async function retire(context: CliContext, use: KeyUse | undefined, options: Options): Promise<void> {
  const config = await readConfig(context);
  const state = options.next === true ? 'next' : 'former';
  if (state === 'former')
    requireCopied(config, options.copied === true, 'one that still signs by it would be believed by nobody');
  const { changeSamlKeyList, retireKeys } = await import('@gakumon/assembly');
  const now = context.clock();
  const { uses, list } = await change(changeSamlKeyList, config.keys.directory, use, state, {
    one: (before, kind) => retireKeys(before, kind, { state, now }),
  });
  const retired = list
    .filter((entry) => entry.retired === now && uses.includes(entry.use))
    .map((entry) => ({ use: entry.use, certificate: entry.certificate }));
  const { terminal } = context;
  if (options.json === true) terminal.print(JSON.stringify({ retired }, undefined, 2));
  else for (const one of retired) terminal.print(`${one.certificate} is not published any more`);
  adviseCopying(context, config);
  terminal.say('hint', 'give the federation the new metadata: gakumon metadata publish');
  if (uses.includes('encryption')) {
    terminal.say(
      'hint',
      `what services still encrypt to it is opened as long as its file stays in ${config.keys.directory}; they have copies of the metadata for two weeks`,
    );
  }
}
