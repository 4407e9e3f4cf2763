/**
 * A request that came to no result.
 * - `server`: the server could not be asked, and nobody should ask it for a while.
 * - `refusal`: it does not take the one who searches; asking again soon could lock that account.
 * - `request`: this request alone; whoever can bring it about must not put the server out of use for others.
 */
export class LdapTrouble extends Error {
  readonly blames: 'server' | 'refusal' | 'request';

  constructor(blames: LdapTrouble['blames'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'LdapTrouble';
    this.blames = blames;
  }
}

/** What a caught value blames. */
export function toTrouble(error: unknown): LdapTrouble {
  return error instanceof LdapTrouble ? error : new LdapTrouble('server', reasonOfFailure(error), error);
}

/** A host with several addresses fails with the failures of all of them, and says nothing itself. */
function reasonOfFailure(error: unknown): string {
  const { message, errors, code } = error as { message?: string; errors?: unknown[]; code?: string };
  if (Array.isArray(errors) && errors.length > 0) return errors.map(reasonOfFailure).join(', ');
  return message || code || String(error);
}
