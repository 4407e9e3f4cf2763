import { reasonOf } from '@gakumon/terms';
import type { Notice, Report } from './notice.ts';

/** Tells once that something goes wrong, and once that it is well again, however often it was tried in between. */
export type TroubleReport = {
  /** @param error what was thrown; told in words for the operator */
  begin(error: unknown, fields?: Notice['fields']): void;
  /** @param more what to tell besides, when there was trouble */
  end(more?: () => Notice['fields']): void;
};

/**
 * @param messages what is told when trouble begins and when it ends
 * @param about fields of both notices
 */
export function createTroubleReport(
  report: Report,
  messages: { readonly begins: string; readonly ends: string },
  about: Notice['fields'] = {},
): TroubleReport {
  let isTroubled = false;
  return {
    begin(error, fields = {}) {
      if (isTroubled) return;
      isTroubled = true;
      report({ level: 'error', message: messages.begins, fields: { ...about, ...fields, reason: reasonOf(error) } });
    },
    end(more = () => ({})) {
      if (!isTroubled) return;
      isTroubled = false;
      report({ level: 'info', message: messages.ends, fields: { ...about, ...more() } });
    },
  };
}
