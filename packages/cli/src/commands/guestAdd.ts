import { compileMatch, type Guest } from '@gakumon/directory';
import { GakumonError, type Username } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { readEnd, tellEnd } from '../endOption.ts';
import { refuseUsage } from '../failure.ts';
import { listMemberships, readAffiliation, requireStaff } from '../guestAffiliations.ts';
import { describeGuest, type GuestAccess, withGuests } from '../withGuests.ts';
import { readUsername } from '../withSessions.ts';

type AddOptions = {
  readonly sponsor: string;
  readonly until: string;
  readonly name?: string;
  readonly jaName?: string;
  readonly mail?: string;
  readonly group: readonly string[];
  readonly affiliation: readonly string[];
  readonly anySponsor?: true;
  readonly json?: true;
};

const append = (value: string, before: readonly string[]): string[] => [...before, value];

export function addGuestAdd(guest: Command, context: CliContext): void {
  guest
    .command('add')
    .description('make the account of a guest; prints an initial password, which has to be changed at the first login')
    .argument('<user>', 'the user name')
    .requiredOption('--sponsor <user>', 'who answers for the guest')
    .option('--any-sponsor', 'also students and alumni may answer for the guest')
    .requiredOption('--until <date>', 'the last day, such as 2027-03-31; a year at most')
    .option('--name <text>', 'what the guest is called')
    .option('--ja-name <text>', 'the same in Japanese')
    .option('--mail <address>', 'a mail address')
    .option('--group <name>', 'a group; may be repeated', append, [])
    .option('--affiliation <name>', 'such as affiliate; without it a guest has none. May be repeated', append, [])
    .option('--json', 'for scripts')
    .action((user: string, options: AddOptions) => add(context, user, options));
}

async function add(context: CliContext, typed: string, options: AddOptions): Promise<void> {
  if (/[@＠]/.test(typed)) refuseUsage('a login name has no @; a mail address goes to --mail');
  const username = readUsername(typed);
  const wanted = {
    username,
    sponsor: readUsername(options.sponsor),
    expiresAt: readEnd('--until', options.until),
    groups: options.group.map((name) => textOf('--group', name)),
    attributes: attributesOf(options),
  };
  const { addGuest } = await import('@gakumon/assembly');
  const { guest, password } = await withGuests(context, async (guests) => {
    requireMatch(guests, username);
    if (options.anySponsor !== true) await requireStaffSponsor(guests, wanted.sponsor);
    return addGuest(guests, wanted);
  });
  warnOfMembership(context, guest);
  if (options.json) {
    context.terminal.print(JSON.stringify({ ...describeGuest(guest), password }, undefined, 2));
    return;
  }
  context.terminal.print(
    `added the guest ${username} until ${tellEnd(guest.expiresAt)}; ${guest.sponsor} answers for it`,
  );
  context.terminal.print(`initial password: ${password}`);
  context.terminal.print('it is shown only now, and has to be changed at the first login');
}

/** Whom nobody knows, `addGuest` refuses. */
export async function requireStaffSponsor({ people }: GuestAccess, sponsor: Username): Promise<void> {
  const found = await people.find(sponsor);
  if (found !== undefined) requireStaff(found.person);
}

function warnOfMembership({ terminal }: CliContext, { username, attributes }: Guest): void {
  const memberships = listMemberships(attributes.affiliation ?? []);
  if (memberships.length === 0) return;
  const message = `${username} is a member of the university to every service, as ${memberships.join(', ')}`;
  terminal.say('warning', `${message}, and gets what release rules give to members`);
  terminal.say('hint', '--affiliation affiliate says that somebody is known here, and no member');
}

/** Otherwise nobody would ever be asked for: the account would be there, and open nothing. */
function requireMatch({ directory: { name, match } }: GuestAccess, username: Username): void {
  if (match === undefined || compileMatch(match)(username)) return;
  throw new GakumonError('guest-refused', {
    detail: `the directory ${name} has names like ${match.join(', ')} only`,
    hint: 'match of that directory, in gakumon.yaml',
  });
}

function attributesOf({ name, jaName, mail, affiliation }: AddOptions): Readonly<Record<string, readonly string[]>> {
  if (mail !== undefined && !/^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/.test(mail))
    refuseUsage(`--mail ${mail}: no mail address`);
  const given = {
    displayName: name === undefined ? [] : [textOf('--name', name)],
    jaDisplayName: jaName === undefined ? [] : [textOf('--ja-name', jaName)],
    mail: mail === undefined ? [] : [mail],
    affiliation: affiliation.map(readAffiliation),
  };
  return Object.fromEntries(Object.entries(given).filter(([, values]) => values.length > 0));
}

/** It goes into XML sooner or later. */
function textOf(option: string, text: string): string {
  const trimmed = text.trim().normalize('NFC');
  if (trimmed === '' || trimmed.length > 200 || /\p{C}/u.test(trimmed)) {
    refuseUsage(`${option}: say a text of 1 to 200 characters on one line`);
  }
  return trimmed;
}
