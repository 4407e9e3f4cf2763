import type { Config } from '@gakumon/config';
import type { StoredId } from '@gakumon/idp';
import { GakumonError, toEntityId, type Username } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { isoTime } from '../metadata/moments.ts';
import { requirePerson } from '../policy/ground.ts';
import { withIdentifierDesk } from '../withIdentifierDesk.ts';
import { withPeopleOf } from '../withPeople.ts';
import { withSealedRecords } from '../withSealedRecords.ts';
import { readUsername } from '../withSessions.ts';

type Options = { readonly user: string; readonly sp: string; readonly yes?: true; readonly json?: true };

export function addUserReissueId(user: Command, context: CliContext): void {
  user
    .command('reissue-id')
    .description('end the stored identifier of a person at a service: the next login there gets a new one')
    .requiredOption('--user <user>', 'the user name')
    .requiredOption('--sp <entityId>', 'the service')
    .option('--yes', 'do not ask back')
    .option('--json', 'for scripts')
    .action((options: Options) => reissue(context, options));
}

async function reissue(context: CliContext, { user, sp, yes, json }: Options): Promise<void> {
  const username = readUsername(user);
  const serviceProvider = toEntityId(sp);
  const ended = await withIdentifierDesk(context, async (desk, config) => {
    refuseComputed(config);
    const sourceValues = await findSourceValues(context, config, username);
    if (!yes) await confirm(context, username, sp);
    return desk.reissue(username, serviceProvider, sourceValues);
  });
  if (ended.length === 0) {
    const detail = `no stored identifier of ${username} is in force at ${sp}`;
    const hint = 'one comes into being when the person logs in there and it is released';
    throw new GakumonError('identifier-not-found', { detail, hint });
  }
  context.terminal.print(json ? JSON.stringify(describe(username, sp, ended), undefined, 2) : tell(username, sp));
}

/** What the person's stored identifiers stand for now; those of somebody who had the login name before are not theirs. */
async function findSourceValues(context: CliContext, config: Config, username: Username): Promise<readonly string[]> {
  const { readStoredSources } = await import('@gakumon/assembly');
  return withSealedRecords(config, context, (access) =>
    withPeopleOf(config, context, { records: access }, async (people) => {
      const person = await requirePerson(people, username);
      return (await readStoredSources(config, context.env, access, people.isBlocked))(person);
    }),
  );
}

function refuseComputed({ identifiers }: Config): void {
  if (identifiers.generators.some((one) => 'kind' in one)) return;
  throw new GakumonError('identifier-not-found', {
    detail: 'identifiers are computed here: the same login name gives the same identifier again',
    hint: 'identifiers.generators of gakumon.yaml can keep them instead (kind: stored, first: computed); docs/identifiers.md',
  });
}

async function confirm({ terminal }: CliContext, username: Username, sp: string): Promise<void> {
  if (!terminal.isInteractive) return;
  const question = `${username} becomes a new user at ${sp}, and loses what is kept there under the old identifier: go on?`;
  if (!/^y(es)?$/i.test(await terminal.ask(`${question} (yes/no)`, 'no'))) throw new GakumonError('interrupted');
}

function describe(username: Username, sp: string, ended: readonly StoredId[]) {
  return { user: username, sp, ended: ended.map(({ creationDate }) => ({ created: isoTime(creationDate) })) };
}

const tell = (username: Username, sp: string): string =>
  `the identifier of ${username} at ${sp} has ended; the next login there gets a new one`;
