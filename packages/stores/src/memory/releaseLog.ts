import type { ReleaseEvent, ReleaseLog } from '@gakumon/idp';
import { boundedRelease, type Issue, isForgotten, listIssues, releasesKept } from '../changes/boundedRelease.ts';

/** The release log in memory, for tests. @param capacity of each kind; beyond it the oldest are forgotten */
export function createMemoryReleaseLog(capacity: number): ReleaseLog & { sweep(now: number): number } {
  const events = new Map<string, ReleaseEvent>();
  const issues = new Map<string, Issue>();
  const trim = (map: Map<string, unknown>): void => {
    for (const key of map.keys()) {
      if (map.size <= capacity) return;
      map.delete(key);
    }
  };
  function keepIssue(issue: Issue): void {
    const key = JSON.stringify([issue.digest, issue.serviceProvider, issue.username]);
    const { firstAt = issue.firstAt, lastAt = issue.lastAt } = issues.get(key) ?? {};
    const times = { firstAt: Math.min(firstAt, issue.firstAt), lastAt: Math.max(lastAt, issue.lastAt) };
    issues.set(key, { ...issue, ...times });
  }
  return {
    async append(added) {
      for (const event of added) if (!events.has(event.id)) events.set(event.id, boundedRelease(event));
      for (const issue of listIssues(added.map(boundedRelease))) keepIssue(issue);
      trim(events);
      trim(issues);
    },
    async list({ username, serviceProvider, since = 0 }, limit) {
      const wanted = [...events.values()].filter(
        (event) =>
          (username === undefined || event.username === username) &&
          (serviceProvider === undefined || event.serviceProvider === serviceProvider) &&
          event.at >= since,
      );
      return wanted.sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)).slice(0, limit);
    },
    async findIdentifier(digest) {
      const found = [...issues.values()].filter((issue) => issue.digest === digest).sort((a, b) => b.lastAt - a.lastAt);
      return found.map(({ digest: _, ...use }) => use);
    },
    sweep(now) {
      const before = events.size + issues.size;
      for (const [id, { at }] of events) if (at <= now - releasesKept) events.delete(id);
      for (const [key, issue] of issues) if (isForgotten(issue, now)) issues.delete(key);
      return before - events.size - issues.size;
    },
  };
}
