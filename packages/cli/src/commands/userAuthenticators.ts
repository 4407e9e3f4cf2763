import type { Command } from 'commander';
import {
  authenticatorHeadings,
  authenticatorRow,
  describeAuthenticator,
  viewAuthenticators,
} from '../authenticatorsOf.ts';
import type { CliContext } from '../context.ts';
import { findPerson } from '../findPerson.ts';
import { nobodyIsCalled } from '../isKnownPerson.ts';
import { formatTable } from '../table.ts';
import { readConfig } from '../withConfig.ts';
import { withSealedRecords } from '../withSealedRecords.ts';
import { readUsername } from '../withSessions.ts';

export function addUserAuthenticators(user: Command, context: CliContext): void {
  user
    .command('authenticators')
    .description('what a person can prove something with, besides the password')
    .argument('<user>', 'the user name')
    .option('--json', 'for scripts')
    .action((user: string, options: { json?: true }) => list(context, user, options.json === true));
}

async function list(context: CliContext, typed: string, json: boolean): Promise<void> {
  const username = readUsername(typed);
  const config = await readConfig(context);
  const found = await findPerson(config, context, username);
  const listed = await withSealedRecords(config, context, async ({ sealed, keys }) => {
    const { createSealedAuthenticators } = await import('@gakumon/assembly');
    const idp = { authenticators: createSealedAuthenticators(sealed, keys) };
    return viewAuthenticators(idp, username, found, config.directory);
  });
  if (found === undefined && listed.length === 0) {
    const { detail, hint } = nobodyIsCalled(username);
    context.terminal.say('warning', detail ?? '');
    context.terminal.say('hint', hint ?? '');
  }
  const { print } = context.terminal;
  if (json) print(JSON.stringify(listed.map(describeAuthenticator), undefined, 2));
  else if (listed.length === 0) print(`${username} has no authenticators`);
  else print(formatTable(authenticatorHeadings, listed.map(authenticatorRow)));
}
