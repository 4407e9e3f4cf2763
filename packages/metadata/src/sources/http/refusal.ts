import { GakumonError } from '@gakumon/terms';

export type RefusalOptions = {
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  /** The HTTP status that was answered. */
  readonly status?: number;
  /** How long the server asks to be left alone, milliseconds. */
  readonly retryAfter?: number | undefined;
};

/** Makes the error that says why what an address answered is of no use. */
export type Refuse = (what: string, options?: RefusalOptions) => GakumonError;

/**
 * @param proxy through which the address is asked
 * @returns makes GakumonError `metadata-fetch`; its data has `status` and `retryAfter` where they are known
 */
export function refusalOf(address: URL, proxy?: URL): Refuse {
  const way = proxy === undefined ? '' : ` through the proxy ${proxy.host}`;
  return (what, { hint, cause, status, retryAfter } = {}) =>
    new GakumonError('metadata-fetch', {
      detail: `${address.href}${way}: ${what}`,
      hint,
      cause,
      data: {
        ...(status === undefined ? {} : { status }),
        ...(retryAfter === undefined ? {} : { retryAfter }),
      },
    });
}
