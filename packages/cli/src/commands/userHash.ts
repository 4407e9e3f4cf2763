import { hashPassword } from '@gakumon/directory';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { refuseUsage } from '../failure.ts';

export function addUserHash(user: Command, context: CliContext): void {
  user
    .command('hash')
    .description('turn a password into a passwordHash for users.yaml; reads it from the terminal, or standard input')
    .action(async () => context.terminal.print(await hashPassword(await readPassword(context))));
}

async function readPassword({ terminal }: CliContext): Promise<string> {
  if (terminal.isInteractive) {
    const password = await terminal.askHidden('password');
    if ((await terminal.askHidden('again')) !== password) refuseUsage('the two passwords differ');
    return password;
  }
  const password = (await terminal.readInput()).replace(/\r?\n$/, '');
  if (/[\r\n]/.test(password)) refuseUsage('standard input holds more than one line');
  return password;
}
