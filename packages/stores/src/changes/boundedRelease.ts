import type { IssuedIdentifier, ReleaseEvent } from '@gakumon/idp';
import { hours } from '@gakumon/terms';
import { boundedText } from './boundedText.ts';

/** More than the dictionary has, and more than name a person in one answer. */
const mostNames = 200;
const mostIdentifiers = 50;
/** SAML Core 8.3.6. */
const longestEntityId = 1024;

/** As long as a person's history is kept. */
export const releasesKept = hours(24 * 90);
/** A transient identifier names somebody for hours; an incident is reported weeks later. */
export const transientKept = hours(24 * 90);
/** As long as an identifier of somebody who left names nobody else. */
export const identifiersKept = hours(24 * 731);

/** A release whose texts and lists are no longer than the log pays for. */
export function boundedRelease(event: ReleaseEvent): ReleaseEvent {
  return {
    id: event.id,
    at: event.at,
    username: boundedText(event.username),
    serviceProvider: boundedText(event.serviceProvider, longestEntityId),
    attributes: event.attributes.slice(0, mostNames).map((name) => boundedText(name, 200)),
    nameIdFormat: boundedText(event.nameIdFormat),
    identifiers: event.identifiers.slice(0, mostIdentifiers).map(({ kind, digest }) => ({
      kind,
      digest: boundedText(digest, 100),
    })),
  };
}

/** An identifier that went to somebody at one time. */
export type Issue = IssuedIdentifier &
  Pick<ReleaseEvent, 'username' | 'serviceProvider'> & {
    readonly firstAt: number;
    readonly lastAt: number;
  };

/** What the events gave out, each once, in an order that all nodes share: two that write the same ones at once never deadlock. */
export function listIssues(events: readonly ReleaseEvent[]): readonly Issue[] {
  const issues = new Map<string, Issue>();
  for (const { identifiers, username, serviceProvider, at } of events) {
    for (const { kind, digest } of identifiers) {
      const key = JSON.stringify([digest, serviceProvider, username]);
      const { firstAt = at, lastAt = at } = issues.get(key) ?? {};
      const times = { firstAt: Math.min(firstAt, at), lastAt: Math.max(lastAt, at) };
      issues.set(key, { kind, digest, username, serviceProvider, ...times });
    }
  }
  return [...issues].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, issue]) => issue);
}

/** Whether an issue is over that was given out last at that time. */
export function isForgotten({ kind, lastAt }: Pick<Issue, 'kind' | 'lastAt'>, now: number): boolean {
  return lastAt <= now - (kind === 'transient' ? transientKept : identifiersKept);
}
