import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { readEnd, tellEnd } from '../endOption.ts';
import { describeGuest, withGuests } from '../withGuests.ts';
import { readUsername } from '../withSessions.ts';
import { requireStaffSponsor } from './guestAdd.ts';

type ExtendOptions = {
  readonly until: string;
  readonly sponsor?: string;
  readonly anySponsor?: true;
  readonly json?: true;
};

export function addGuestExtend(guest: Command, context: CliContext): void {
  guest
    .command('extend')
    .description('give a guest more time, or less; also one whose time is over')
    .argument('<user>', 'the user name')
    .requiredOption('--until <date>', 'the last day, such as 2027-03-31; a year at most')
    .option('--sponsor <user>', 'who answers for the guest from now on (else whoever did)')
    .option('--any-sponsor', 'also students and alumni may answer for the guest')
    .option('--json', 'for scripts')
    .action((user: string, options: ExtendOptions) => extend(context, user, options));
}

async function extend(
  context: CliContext,
  typed: string,
  { until, sponsor, anySponsor, json }: ExtendOptions,
): Promise<void> {
  const username = readUsername(typed);
  const change = {
    expiresAt: readEnd('--until', until),
    sponsor: sponsor === undefined ? undefined : readUsername(sponsor),
  };
  const { extendGuest } = await import('@gakumon/assembly');
  const guest = await withGuests(context, async (guests) => {
    if (change.sponsor !== undefined && anySponsor !== true) await requireStaffSponsor(guests, change.sponsor);
    return extendGuest(guests, username, change);
  });
  context.terminal.print(
    json
      ? JSON.stringify(describeGuest(guest), undefined, 2)
      : `the guest ${username} has until ${tellEnd(guest.expiresAt)}; ${guest.sponsor} answers for it`,
  );
}
