import { GakumonError, seconds } from '@gakumon/terms';
import type { Report } from '../notice.ts';
import { createTroubleReport } from '../troubleReport.ts';

/** What a balancer and a monitor ask; the reasons stand in the log, once when they begin and once when they end. */
export type Readiness = {
  /** Whether every store can be read and written, and every source of metadata has a copy that holds. */
  everything(): Promise<boolean>;
  /** Whether people can log in: the store of the sessions alone. */
  signOn(): Promise<boolean>;
  /** A request was refused since a store is away: looks which one, for the log. Nobody waits for it. */
  refused(): void;
  /** Looks at metadata, and while a store is away whether that is well again: nobody may ask for a long time. */
  recheck(): Promise<void>;
};

/** How long an answer holds, milliseconds: a flood of probes is one question to a store. */
const freshness = 250;
/** How long a probe waits for a store, milliseconds. */
const patience = seconds(1);

/**
 * @param checks throw when a store cannot be read or written; `sessions` undefined: they are in the records
 * @param areSourcesUsable whether metadata holds, told to the log by itself. It is the same on every node: to take one out
 * of service for it would help nobody, so sign-on does not ask
 */
export function createReadiness(
  checks: { readonly records: () => Promise<void>; readonly sessions: (() => Promise<void>) | undefined },
  areSourcesUsable: () => boolean,
  report: Report,
): Readiness {
  const records = createProbe('records', checks.records, report);
  const sessions = checks.sessions === undefined ? records : createProbe('sessions', checks.sessions, report);
  let isAway = false;
  const everything = async (): Promise<boolean> => {
    const answers = await Promise.all([records(), sessions()]);
    isAway = answers.includes(false);
    return areSourcesUsable() && !isAway;
  };
  return {
    everything,
    signOn: sessions,
    refused: () => void everything(),
    recheck: async () => {
      areSourcesUsable();
      if (isAway) await everything();
    },
  };
}

/** Asks one store at most once at a time, and not again while the last answer is fresh. */
function createProbe(store: string, check: () => Promise<void>, report: Report): () => Promise<boolean> {
  const messages = { begins: 'a store is away', ends: 'a store is well again' };
  const trouble = createTroubleReport(report, messages, { store });
  let last: { readonly isWell: boolean; readonly at: number } | undefined;
  let running: Promise<boolean> | undefined;
  const ask = async (): Promise<boolean> => {
    try {
      await check();
      trouble.end();
      return true;
    } catch (error) {
      trouble.begin(error);
      return false;
    }
  };
  const silent = (): boolean => {
    trouble.begin(new GakumonError('store-unavailable', { detail: `no answer within ${patience} ms` }));
    return false;
  };
  return () => {
    if (last !== undefined && performance.now() - last.at < freshness) return Promise.resolve(last.isWell);
    running ??= ask().then((isWell) => {
      last = { isWell, at: performance.now() };
      running = undefined;
      return isWell;
    });
    return within(running, silent);
  };
}

/** What is answered, or `otherwise` when that takes too long. */
async function within(answer: Promise<boolean>, otherwise: () => boolean): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(otherwise()), patience);
  });
  const first = await Promise.race([answer, late]);
  clearTimeout(timer);
  return first;
}
