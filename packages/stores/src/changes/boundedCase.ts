import type { Case } from '@gakumon/idp';
import { boundedText } from './boundedText.ts';

/** A case whose texts are no longer than the ring pays for. */
export function boundedCase(entry: Case): Case {
  return {
    ...entry,
    detail: boundedText(entry.detail),
    serviceProvider: boundedText(entry.serviceProvider),
    username: boundedText(entry.username),
    address: boundedText(entry.address),
  };
}
