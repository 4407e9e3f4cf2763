import { hash } from 'node:crypto';
import type { AttemptLedger, SingleUseCodes } from '@gakumon/idp';
import type { AttemptId } from '@gakumon/terms';

/** Codes in SQL: marks in the ledger, under names that no attempt has. */
export function createSqlSingleUseCodes(ledger: AttemptLedger): SingleUseCodes {
  return {
    use: (code, keepUntil) => ledger.consume(`code ${hash('sha256', code, 'base64url')}` as AttemptId, keepUntil),
  };
}
