import type { ReleaseEvent } from '@gakumon/idp';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { refuseUsage } from '../failure.ts';
import { isoTime, tellSecond } from '../metadata/moments.ts';
import { formatTable } from '../table.ts';
import { withIdentifierDesk } from '../withIdentifierDesk.ts';
import { readUsername } from '../withSessions.ts';

type Options = {
  readonly user?: string;
  readonly sp?: string;
  readonly since?: string;
  readonly limit: string;
  readonly json?: true;
};

export function addReleaseLog(release: Command, context: CliContext): void {
  release
    .command('log')
    .description('what left the house, the newest first: who, to which service, which attributes; never values')
    .option('--user <user>', 'of one person')
    .option('--sp <entityId>', 'to one service')
    .option('--since <date>', 'such as 2026-04-01, or 2026-04-01T09:00+09:00')
    .option('--limit <number>', 'how much of it', '50')
    .option('--json', 'for scripts')
    .action((options: Options) => list(context, options));
}

async function list(context: CliContext, { user, sp, since, limit, json }: Options): Promise<void> {
  if (!/^[1-9]\d{0,4}$/.test(limit)) refuseUsage('--limit is a number from 1 to 99999');
  const wanted = {
    username: user === undefined ? undefined : readUsername(user),
    serviceProvider: sp,
    since: since === undefined ? undefined : readSince(since),
  };
  const events = await withIdentifierDesk(context, (desk) => desk.listReleases(wanted, Number(limit)));
  if (json) context.terminal.print(JSON.stringify(events.map(describe), undefined, 2));
  else if (events.length === 0) context.terminal.print('nothing that is looked for left the house in the last 90 days');
  else context.terminal.print(tell(events));
}

/** A day begins in Japan, as in policy.yaml. */
function readSince(written: string): number {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(written);
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(written);
  const at = isDay ? Date.parse(`${written}T00:00:00+09:00`) : isTime ? Date.parse(written) : Number.NaN;
  return Number.isNaN(at) ? refuseUsage('--since is a day like 2026-04-01, or a time like 2026-04-01T09:00+09:00') : at;
}

function describe({ at, username, serviceProvider, nameIdFormat, attributes, identifiers }: ReleaseEvent) {
  const kinds = identifiers.map(({ kind }) => kind);
  return { at: isoTime(at), user: username, sp: serviceProvider, nameIdFormat, attributes, identifiers: kinds };
}

function tell(events: readonly ReleaseEvent[]): string {
  const rows = events.map(({ at, username, serviceProvider, nameIdFormat, attributes }) => [
    tellSecond(at),
    username,
    serviceProvider,
    nameIdFormat.slice(nameIdFormat.lastIndexOf(':') + 1),
    attributes.join(', ') || 'none',
  ]);
  return formatTable(['when', 'person', 'service', 'NameID', 'attributes'], rows);
}
