import type { Traced } from '@gakumon/assembly';
import type { Config } from '@gakumon/config';
import { type FoundIdentifier, readReportedIdentifier } from '@gakumon/idp';
import { type EntityId, GakumonError, isGakumonError, toEntityId, type Username } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { count } from '../count.ts';
import { refuseUsage } from '../failure.ts';
import { interruptible } from '../interruptible.ts';
import { isoTime, tellSecond } from '../metadata/moments.ts';
import { progressBar } from '../progress.ts';
import { readDocuments } from '../release/readDocuments.ts';
import { formatTable } from '../table.ts';
import { withIdentifierDesk } from '../withIdentifierDesk.ts';
import { type OpenedPeople, withPeopleOf } from '../withPeople.ts';
import { type SealedAccess, withSealedRecords } from '../withSealedRecords.ts';

type Options = { readonly id: string; readonly sp?: string; readonly reason?: string; readonly json?: true };
type Found = Omit<FoundIdentifier, 'username'> & {
  /** Undefined: nobody whom the directories know has what a stored identifier stands for. */
  readonly username: Username | undefined;
  readonly directory: string | undefined;
  /** Of a stored one whose holder has another login name now, or is unknown. */
  readonly firstGivenTo?: Username | undefined;
};
type Asked = { readonly value: string; readonly serviceProvider: EntityId | undefined };

export function addUserFind(user: Command, context: CliContext): void {
  user
    .command('find')
    .description(
      'whom an identifier names, for incidents that a service reports; recorded in the history of the person',
    )
    .requiredOption('--id <value>', 'as the service shows it: IdP!SP!value or the value of an eduPersonTargetedID, …')
    .option('--sp <entityId>', 'the service that reports it: identifiers that can be computed are tried too')
    .option('--reason <text>', 'why, such as the number of the incident')
    .option('--json', 'for scripts')
    .action((options: Options) => find(context, options));
}

async function find(context: CliContext, options: Options): Promise<void> {
  const asked = readAsked(options);
  const { found, traced } = await withIdentifierDesk(context, async (desk, config) => {
    const recorded = await desk.findInRecords(asked.value, asked.serviceProvider);
    const searched = await withSealedRecords(config, context, (access) =>
      withPeopleOf(config, context, { records: access }, (people) =>
        search({ context, config, access, people }, asked, recorded),
      ),
    );
    const names = searched.found.flatMap(({ username }) => username ?? []);
    await desk.noteLookUp(names, { serviceProvider: asked.serviceProvider, reason: options.reason });
    return searched;
  });
  for (const name of traced?.unlisted ?? []) {
    context.terminal.say('warning', `${name} cannot list its people: it may be one of theirs`);
  }
  if (found.length === 0) throw nothingFound(asked, traced);
  const shown = options.json ? JSON.stringify(found.map(describe), undefined, 2) : tell(found);
  context.terminal.print(shown);
}

function readAsked({ id, sp }: Options): Asked {
  const { value, serviceProvider: inside } = readReportedIdentifier(id);
  if (value === '') refuseUsage('--id is empty');
  if (sp !== undefined && inside !== undefined && sp !== inside) {
    refuseUsage(`--sp is ${sp}, and the identifier is one for ${inside}`);
  }
  const named = sp ?? inside;
  return { value, serviceProvider: named === undefined ? undefined : toEntityId(named) };
}

type Ground = {
  readonly context: CliContext;
  readonly config: Config;
  readonly access: SealedAccess;
  readonly people: OpenedPeople;
};
type Searched = { readonly found: readonly Found[]; readonly traced: Traced | undefined };

/** What the records know needs no trace; where they know nothing, all people are gone through. */
async function search(ground: Ground, asked: Asked, recorded: readonly FoundIdentifier[]): Promise<Searched> {
  if (recorded.length === 0) {
    const traced = await trace(ground, asked);
    return { found: traced.found, traced };
  }
  const names = [...new Set(recorded.map(({ username }) => username))];
  const directories = new Map(
    await Promise.all(names.map(async (name) => [name, await directoryOf(ground.people, name)] as const)),
  );
  const holderOf = recorded.some(({ by }) => by === 'stored') ? await openHolders(ground) : undefined;
  const found = recorded.map((one) => {
    const known = { ...one, directory: directories.get(one.username) };
    return one.by === 'stored' && holderOf !== undefined ? holderOf(known) : known;
  });
  return { found: await Promise.all(found), traced: undefined };
}

/** Tells of a stored identifier whose it is now: its login name may be somebody else's since, or its person renamed. */
async function openHolders({ context, config, access, people }: Ground) {
  const { findHolder, readStoredSources } = await import('@gakumon/assembly');
  const sourcesOf = await readStoredSources(config, context.env, access, people.isBlocked);
  const search = { directories: people.directories, sourcesOf };
  return async (one: FoundIdentifier & Pick<Found, 'directory'>): Promise<Found> => {
    const holder = await interruptible((signal) => findHolder(one, { ...search, signal })).catch(unlessInterrupted);
    if (holder?.username === one.username) return { ...one, ...holder };
    const firstGivenTo = one.username;
    if (holder !== undefined) return { ...one, ...holder, firstGivenTo };
    // Nobody has the name either: it was theirs when they went
    return one.directory === undefined
      ? { ...one, firstGivenTo }
      : { ...one, username: undefined, directory: undefined, firstGivenTo };
  };
}

/** While a directory is away, whose it is now is not known. */
function unlessInterrupted(error: unknown): undefined {
  if (isGakumonError(error) && error.code !== 'interrupted') return undefined;
  throw error;
}

/** Whoever has left, or is of a directory that is away, is found all the same. */
async function directoryOf({ find: findPerson }: OpenedPeople, username: Username): Promise<string | undefined> {
  const found = await findPerson(username).catch(() => undefined);
  return found?.directory.name;
}

async function trace(
  { context, config, access, people: { directories, isBlocked } }: Ground,
  { value, serviceProvider }: Asked,
): Promise<Traced> {
  const { directoryScopesOf, readIdentifierGenerators, traceByComputing } = await import('@gakumon/assembly');
  const generators = await readIdentifierGenerators(config, context.env);
  const { recipes } = await readDocuments(config, access);
  const { entityId, scopes } = config.idp;
  const directoryScopes = directoryScopesOf(config);
  const bar = progressBar(context.terminal, 'people');
  try {
    return await interruptible((signal) =>
      traceByComputing({
        directories,
        context: { entityId, scopes, directoryScopes, recipes, generators },
        isBlocked,
        serviceProvider,
        value,
        onProgress: (done) => done % 100 === 0 && bar.show(done, done),
        signal,
      }),
    );
  } finally {
    bar.end();
  }
}

function nothingFound({ serviceProvider }: Asked, traced: Traced | undefined): GakumonError {
  const tried = traced === undefined ? '' : `; ${count(traced.tried, 'person', 'people')} tried`;
  const where = serviceProvider === undefined ? '' : ` at ${serviceProvider}`;
  return new GakumonError('identifier-not-found', { detail: `it names nobody who is known here${where}${tried}` });
}

function describe(found: Found) {
  const { username, directory, serviceProvider, kind, by, firstAt, lastAt, deactivatedAt, firstGivenTo } = found;
  const times = { first: isoTime(firstAt), last: isoTime(lastAt), deactivated: isoTime(deactivatedAt) };
  return { user: username ?? null, directory, sp: serviceProvider, kind, by, ...times, firstGivenTo };
}

const ways: Readonly<Record<FoundIdentifier['by'], string>> = {
  log: 'given out',
  stored: 'stored',
  computed: 'computed',
  named: 'the directory says so',
};

function tellWay({ by, deactivatedAt, firstGivenTo, username }: Found, second: (at: number) => string): string {
  const first = firstGivenTo === undefined || firstGivenTo === username ? [] : [`first given to ${firstGivenTo}`];
  const ended = deactivatedAt === undefined ? [] : [`ended ${second(deactivatedAt)}`];
  return [ways[by], ...first, ...ended].join(', ');
}

function tell(found: readonly Found[]): string {
  const second = (at: number | undefined): string => (at === undefined ? '' : tellSecond(at));
  const rows = found.map((one) => [
    one.username ?? 'unknown now',
    one.directory ?? 'none now',
    one.kind,
    tellWay(one, second),
    second(one.firstAt),
    second(one.lastAt),
    one.serviceProvider ?? 'every service',
  ]);
  return formatTable(['person', 'directory', 'identifier', 'known since it was', 'first', 'last', 'service'], rows);
}
