import type { Case, CaseEvent } from '@gakumon/idp';
import { boundedText } from './boundedText.ts';

/** More than one login leads to before it is given up. */
const mostEvents = 40;
const longestEvent = 300;
/** Of all events together; far more than a login says that nobody made long. */
const longestTimeline = 4000;

/** A case whose texts are no longer than the ring pays for, and whose timeline is no longer either: its end tells most. */
export function boundedCase(entry: Case): Case {
  const { attempt, timeline, ...rest } = entry;
  return {
    ...rest,
    detail: boundedText(entry.detail),
    serviceProvider: boundedText(entry.serviceProvider),
    username: boundedText(entry.username),
    address: boundedText(entry.address),
    ...(attempt === undefined ? {} : { attempt }),
    ...(timeline === undefined ? {} : { timeline: boundedTimeline(timeline) }),
  };
}

/** The newest events that there is room for. */
function boundedTimeline(timeline: readonly CaseEvent[]): readonly CaseEvent[] {
  const events = timeline.slice(-mostEvents).map(bounded);
  const lengths = events.map(({ text }) => text.length);
  while (lengths.reduce((sum, length) => sum + length, 0) > longestTimeline) lengths.shift();
  return events.slice(events.length - lengths.length);
}

const bounded = ({ at, kind, text }: CaseEvent): CaseEvent => ({ at, kind, text: boundedText(text, longestEvent) });

/** Events out of a store; undefined when it is no list of events. */
export function readEvents(value: unknown): readonly CaseEvent[] | undefined {
  return Array.isArray(value) && value.every(isEvent) ? value : undefined;
}

/** The kind may be one that only the next release knows. */
function isEvent(value: unknown): value is CaseEvent {
  const { at, kind, text } = (value ?? {}) as Partial<CaseEvent>;
  return Number.isSafeInteger(at) && typeof kind === 'string' && typeof text === 'string';
}
