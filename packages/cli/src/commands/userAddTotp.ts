import { importTotp } from '@gakumon/idp';
import { parseTotpSecret, type ShownAuthenticator } from '@gakumon/mfa';
import { GakumonError, type Username } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { refuseUsage } from '../failure.ts';
import { findPerson } from '../findPerson.ts';
import { nobodyIsCalled } from '../isKnownPerson.ts';
import { plain } from '../plain.ts';
import { readConfig } from '../withConfig.ts';
import { readUsername } from '../withSessions.ts';
import { withStaffIdp } from '../withStaffIdp.ts';

type Options = { readonly name?: string; readonly shared?: true; readonly json?: true };

const ending = { actor: 'operator', detail: 'gakumon user add-totp' } as const;

export function addUserAddTotp(user: Command, context: CliContext): void {
  user
    .command('add-totp')
    .description('give a person a TOTP secret from a card or token; reads it from the terminal, or standard input')
    .argument('<user>', 'the user name')
    .option('--name <name>', 'what the person sees it as', 'TOTP')
    .option('--shared', 'it may be in several devices: it never counts for AAL2')
    .option('--json', 'for scripts')
    .allowExcessArguments()
    .action((user: string, options: Options, { args }: Command) => {
      // Not left to the parser, which repeats what it does not expect
      if (args.length > 1) refuseUsage('the secret is typed when it is asked for, or comes by standard input');
      return add(context, user, options);
    });
}

async function add(context: CliContext, typed: string, { name = 'TOTP', shared, json }: Options): Promise<void> {
  const username = readUsername(typed);
  const found = await findPerson(await readConfig(context), context, username);
  if (found === undefined) throw nobodyIsCalled(username);
  const secret = await readSecret(context);
  const added = await withStaffIdp(context, ({ idp }) => {
    const directories = () => [found.directory];
    return importTotp({ ...idp, directories }, username, { secret, isShared: shared === true, name }, ending);
  });
  context.terminal.print(json ? JSON.stringify(describe(username, added), undefined, 2) : tell(username, added));
}

/** Never from an argument, which other users of the machine see, and the shell writes down. */
async function readSecret({ terminal }: CliContext): Promise<string> {
  const typed = terminal.isInteractive
    ? await terminal.askHidden('secret, base32')
    : (await terminal.readInput()).replace(/\r?\n$/, '');
  if (/[\r\n]/.test(typed)) refuseUsage('standard input holds more than one line');
  const secret = parseTotpSecret(typed);
  // What was typed is not repeated: a slip in one letter still tells the others
  if (secret === undefined) throw new GakumonError('totp-secret-invalid');
  return secret;
}

function describe(username: Username, { id, kind, name, isShared }: ShownAuthenticator) {
  return { user: username, id, kind, name, shared: isShared };
}

const tell = (username: Username, { id, name, isShared }: ShownAuthenticator): string =>
  `added ${plain(name)} (${id}) to ${username}${isShared ? ', as one that may be in several devices' : ''}`;
