import { type ErrorCode, type ErrorRow, errorTable } from './errorTable.ts';

/**
 * The one error that Gakumon throws on purpose. `code` says what happened; `detail` is for the log and the operator
 * only and never reaches a browser; `data` fills the placeholders of the person's text and must be safe to show.
 */
export class GakumonError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly data: Readonly<Record<string, string | number>>;
  /** What the operator can do next: what is known of this very case, or else what the error table says. */
  readonly hint: string | undefined;

  constructor(
    code: ErrorCode,
    options: {
      detail?: string;
      data?: Readonly<Record<string, string | number>>;
      hint?: string | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(options.detail === undefined ? code : `${code}: ${options.detail}`, { cause: options.cause });
    this.name = 'GakumonError';
    this.code = code;
    this.detail = options.detail;
    this.data = options.data ?? {};
    this.hint = options.hint ?? this.row.hint;
  }

  /** The row of the error table: who is told, the SAML status, the hint. */
  get row(): ErrorRow {
    return errorTable[this.code];
  }
}

/** Whether a caught value is a GakumonError; works across realms (test runners), where `instanceof` does not. */
export function isGakumonError(value: unknown): value is GakumonError {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as { name?: unknown }).name === 'GakumonError' &&
    Object.hasOwn(errorTable, (value as { code: PropertyKey }).code)
  );
}

/** What a caught value says went wrong, in words for the operator; of an error that is ours with its code. */
export function reasonOf(error: unknown): string {
  return error instanceof Error || isGakumonError(error) ? error.message : String(error);
}
