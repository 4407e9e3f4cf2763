import { unlockPerson } from '@gakumon/idp';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { isKnownPerson, nobodyIsCalled } from '../isKnownPerson.ts';
import { readUsername } from '../withSessions.ts';
import { warnIfElsewhere, withStaffIdp } from '../withStaffIdp.ts';

export function addUserUnlock(user: Command, context: CliContext): void {
  user
    .command('unlock')
    .description('let a person try again at once who typed too many wrong passwords or codes')
    .argument('<user>', 'the user name')
    .action((user: string) => unlock(context, user));
}

async function unlock(context: CliContext, typed: string): Promise<void> {
  const username = readUsername(typed);
  await withStaffIdp(context, async (access) => {
    warnIfElsewhere(context, access, 'what is counted against somebody');
    await unlockPerson(access.idp, username);
    if ((await isKnownPerson(access.config, context, username)) === false) throw nobodyIsCalled(username);
    if (!access.isElsewhere) context.terminal.print(`nothing is counted against ${username} any more`);
  });
}
