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
    const listed = leaving.map((one) => ({ ...toDeparture(one, identify), directory: one.person.directory }));
    const guests = await listGuestsOf(leavers, records);
    const ignored = unknown.map(({ username }) => username);
    if (isDryRun) return { departures: listed, ignored, sessionsEnded: 0, guests };
    if (listed.some(({ at }) => at <= context.clock())) warnIfElsewhere(context, access, 'sessions');
    const bar = progressBar(context.terminal, 'sessions');
    const written = listed.map(({ directory: _, ...departure }) => departure);
    const sessionsEnded = await registerDepartures({ idp, departures }, written, { isElsewhere, onDone: bar.show });
    bar.end();
    return { departures: listed, ignored, sessionsEnded, guests };
  });
}

const nobody = ({ line, username }: Leaver): LeaverMistake => ({
  line,
  message: `nobody is called ${username} in the directories`,
});

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
