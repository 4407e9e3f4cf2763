import { unlockPerson } from '@gakumon/idp';
import { isGakumonError } from '@gakumon/terms';
import type { Command } from 'commander';
import { tellDirectoryHold } from '../accountText.ts';
import type { CliContext } from '../context.ts';
import { findHeldPerson, type HeldPerson } from '../findPerson.ts';
import { nobodyIsCalled } from '../isKnownPerson.ts';
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
    const found = await findHeldPerson(access.config, context, username).catch(whatFailed);
    if (found === undefined) throw nobodyIsCalled(username);
    if (!access.isElsewhere) context.terminal.print(`nothing is counted here against ${username} any more`);
    warnOfDirectory(context, found);
  });
}

/** Our own count is cleared all the same. */
function whatFailed(error: unknown): string {
  if (isGakumonError(error)) return error.detail ?? error.code;
  throw error;
}

/** What the directory itself counts is cleared there, or by time. */
function warnOfDirectory({ terminal }: CliContext, found: HeldPerson | string): void {
  if (typeof found === 'string') {
    terminal.say('warning', `what the directory itself counts cannot be told: ${found}`);
  } else if (found.hold !== undefined) {
    const { directory } = found.person;
    terminal.say('warning', `${tellDirectoryHold(directory, found.hold)}; unlock the account there, or wait`);
  }
}
