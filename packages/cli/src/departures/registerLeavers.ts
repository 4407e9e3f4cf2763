import type { Leaving, PeopleRecords } from '@gakumon/assembly';
import type { Departure } from '@gakumon/idp';
import type { Username } from '@gakumon/terms';
import type { CliContext } from '../context.ts';
import { progressBar } from '../progress.ts';
import { type OpenedPeople, withPeopleOf } from '../withPeople.ts';
import { warnIfElsewhere, withStaffIdp } from '../withStaffIdp.ts';
import type { Leaver, LeaverMistake } from './readLeavers.ts';

/** What becomes of a list of those who leave. */
export type RegisterOptions = {
  /** What is wrong already: it is told together with what is found. */
  readonly mistakes: readonly LeaverMistake[];
  /** Look at everything, and write nothing. */
  readonly isDryRun: boolean;
  /** Leave out names that no directory knows. */
  readonly ignoresUnknown: boolean;
  /** Take people as they are known while a source of attributes is away: what it knows them by is not kept from others. */
  readonly goesWithoutSources: boolean;
  /** Tells of mistakes; never returns. */
  readonly refuse: (mistakes: readonly LeaverMistake[]) => never;
};

/** Who leaves now, and what else came of it. */
export type Registered = {
  readonly departures: readonly (Departure & { readonly directory: string })[];
  /** What was written of some of them before, by their names. */
  readonly before: ReadonlyMap<Username, Departure>;
  /** Who is listed just so already: nothing is written of them again. */
  readonly already: readonly Username[];
  /** Names that were left out. */
  readonly ignored: readonly Username[];
  readonly sessionsEnded: number;
  /** Guests whom somebody of these answers for. */
  readonly guests: readonly Username[];
};

/**
 * Looks everybody up, and writes down that they leave: all of them or none.
 * @throws GakumonError `departures-invalid` with every name that nobody has, or of which a source that is away may tell
 *   more; `directory-unavailable`, `store-unavailable`
 */
export function registerLeavers(
  context: CliContext,
  leavers: readonly Leaver[],
  { mistakes, isDryRun, ignoresUnknown, goesWithoutSources, refuse }: RegisterOptions,
): Promise<Registered> {
  return withStaffIdp(context, async (access) => {
    const { config, idp, sealed, departures, isElsewhere } = access;
    const { readIdentification, registerDepartures, toDeparture } = await import('@gakumon/assembly');
    const records = { sealed, keys: idp.sealingKeys, departures };
    const sources = { records, isExhaustive: true };
    const { leaving, unknown } = await withPeopleOf(config, context, sources, (people) =>
      lookUp(context, people, leavers),
    );
    const halfKnown = goesWithoutSources ? [] : leaving.filter(({ person }) => person.sourcesAway !== undefined);
    const wrong = [...mistakes, ...(ignoresUnknown ? [] : unknown.map(nobody)), ...halfKnown.map(notWhollyKnown)];
    if (wrong.length > 0) refuse(wrong);
    const identify = await readIdentification(config, context.env, records);
    const now = context.clock();
    const before = new Map((await departures.list(now)).map((one) => [one.username, one]));
    const all = leaving.map((one) => ({ ...toDeparture(one, identify), directory: one.person.directory }));
    const listed = all.filter((one) => !isSame(one, before.get(one.username), now));
    const already = all.filter((one) => !listed.includes(one)).map(({ username }) => username);
    const guests = await listGuestsOf(leavers, records);
    const ignored = unknown.map(({ username }) => username);
    const told = { departures: listed, before, already, ignored, guests };
    if (isDryRun || listed.length === 0) return { ...told, sessionsEnded: 0 };
    if (listed.some(({ at }) => at <= now)) warnIfElsewhere(context, access, 'sessions');
    const bar = progressBar(context.terminal, 'sessions');
    const written = listed.map(({ directory: _, ...departure }) => departure);
    const sessionsEnded = await registerDepartures({ idp, departures }, written, { isElsewhere, onDone: bar.show });
    bar.end();
    return { ...told, sessionsEnded };
  });
}

const nobody = ({ line, username }: Leaver): LeaverMistake => ({
  line,
  message: `nobody is called ${username} in the directories`,
});

/** What takes effect at once was there before, whenever that was. More identifiers are news: a source may answer again. */
function isSame(one: Departure, before: Departure | undefined, now: number): boolean {
  if (before === undefined || before.as !== one.as || before.successor !== one.successor) return false;
  const isSameDay = before.at === one.at || (one.at === now && before.at <= now);
  const known = new Set(before.identifiers);
  return isSameDay && one.identifiers.every((identifier) => known.has(identifier));
}

type Found = Leaver & Pick<Leaving, 'person'>;

const notWhollyKnown = ({ line, person: { username, sourcesAway = [] } }: Found): LeaverMistake => ({
  line,
  message: `what ${sourcesAway.join(', ')} knows ${username} by can't be told while it is away, and others could be named so; repeat it when it answers, or say --without-sources`,
});

async function lookUp({ terminal }: CliContext, { find }: OpenedPeople, leavers: readonly Leaver[]) {
  const { forEach } = await import('@gakumon/assembly');
  const bar = progressBar(terminal, 'people', leavers.length);
  const found: (Found | undefined)[] = leavers.map(() => undefined);
  let done = 0;
  try {
    await forEach(leavers, async (leaver, index) => {
      const person = (await find(leaver.username))?.person;
      if (person !== undefined) found[index] = { ...leaver, person };
      done += 1;
      if (done % 100 === 0) bar.show(done);
    });
  } finally {
    bar.end();
  }
  return {
    leaving: found.filter((one) => one !== undefined),
    unknown: leavers.filter((_, index) => found[index] === undefined),
  };
}

/** Nobody answers for them from that day on. */
async function listGuestsOf(leavers: readonly Leaver[], { sealed, keys }: PeopleRecords): Promise<readonly Username[]> {
  const { createSealedGuests } = await import('@gakumon/assembly');
  const sponsors = new Set(leavers.filter(({ as }) => as === 'gone').map(({ username }) => username));
  const guests = await createSealedGuests(sealed, keys).list();
  return guests.filter(({ sponsor }) => sponsors.has(sponsor)).map(({ username }) => username);
}
