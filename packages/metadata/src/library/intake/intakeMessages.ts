import { type ErrorCode, errorTable, GakumonError, isGakumonError, reasonOf } from '@gakumon/terms';
import type { IntakeJob, IntakeProgress, IntakeResult } from '../refreshing.ts';

/** From the process that wants a document taken in, once. */
export type IntakeOrder = { readonly job: IntakeJob };

/** A refusal, as it crosses the border of a process. */
export type ToldError = {
  readonly code: ErrorCode | undefined;
  readonly detail: string;
  readonly hint: string | undefined;
  readonly data: GakumonError['data'];
};

/** What the process that takes it in answers: progress, then one of the others. */
export type IntakeMessage =
  | { readonly progress: IntakeProgress }
  | { readonly result: IntakeResult }
  | { readonly error: ToldError };

export function tellError(error: unknown): ToldError {
  if (isGakumonError(error))
    return { code: error.code, detail: error.detail ?? '', hint: error.hint, data: error.data };
  return { code: undefined, detail: reasonOf(error), hint: undefined, data: {} };
}

/** The same error on this side. What has no code of ours, such as a full disk, is `metadata-intake`. */
export function errorOf({ code, detail, hint, data }: ToldError): GakumonError {
  const known = code !== undefined && Object.hasOwn(errorTable, code) ? code : 'metadata-intake';
  return new GakumonError(known, { detail, hint, data });
}
