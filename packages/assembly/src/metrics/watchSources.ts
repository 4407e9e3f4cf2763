import type { Clock } from '@gakumon/terms';
import type { Report } from '../notice.ts';
import { createTroubleReport, type TroubleReport } from '../troubleReport.ts';
import { type SourceStanding, whyUnusable } from './sourceStanding.ts';

/**
 * Makes what looks whether every source of metadata has a copy that holds, and tells the log once when one has none any
 * more, and once when it has one again.
 */
export function watchSources(
  standings: () => readonly SourceStanding[],
  clock: Clock,
  report: Report,
): { allUsable(): boolean } {
  const troubles = new Map<string, TroubleReport>();
  const messages = { begins: 'a metadata source is unusable', ends: 'a metadata source is usable again' };
  const troubleOf = (source: string): TroubleReport => {
    const known = troubles.get(source) ?? createTroubleReport(report, messages, { source });
    troubles.set(source, known);
    return known;
  };
  return {
    allUsable() {
      const now = clock();
      const all = standings();
      for (const name of troubles.keys()) if (!all.some((one) => one.name === name)) troubles.delete(name);
      const unusable = all.filter((standing) => {
        const why = whyUnusable(standing, now);
        if (why === undefined) troubles.get(standing.name)?.end();
        else troubleOf(standing.name).begin(why);
        return why !== undefined;
      });
      return unusable.length === 0;
    },
  };
}
