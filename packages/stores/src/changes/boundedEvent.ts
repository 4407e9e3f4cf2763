import type { HistoryEvent } from '@gakumon/idp';
import { boundedText } from './boundedText.ts';

/** An event whose free texts are cut to what the history pays for. */
export function boundedEvent(event: HistoryEvent): HistoryEvent {
  return {
    ...event,
    serviceProvider: boundedText(event.serviceProvider),
    address: boundedText(event.address),
    detail: boundedText(event.detail),
  };
}
