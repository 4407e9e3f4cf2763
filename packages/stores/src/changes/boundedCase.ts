import type { Case } from '@gakumon/idp';

const longest = 1000;

/**
 * A case whose texts are no longer than the ring pays for. A visitor who proved nothing chooses some of them (law 4),
 * and PostgreSQL takes neither NUL nor half a surrogate pair.
 */
export function boundedCase(entry: Case): Case {
  return {
    ...entry,
    detail: bounded(entry.detail),
    serviceProvider: bounded(entry.serviceProvider),
    username: bounded(entry.username),
    address: bounded(entry.address),
  };
}

function bounded(text: string | undefined): string | undefined {
  return text?.slice(0, longest).replaceAll('\0', '\uFFFD').toWellFormed();
}
