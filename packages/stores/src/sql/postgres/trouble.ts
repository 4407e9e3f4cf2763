import { ConnectionLost } from './connectionLost.ts';

/** What PostgreSQL, the system and TLS say, in an operator's words. */
export type Trouble = { readonly reason: string; readonly hint: string | undefined };

/** The SQLSTATE of what the server itself objects to. */
export function stateOf(error: unknown): string | undefined {
  const { code, routine, severity } = error as { code?: unknown; routine?: unknown; severity?: unknown };
  const isServers = routine !== undefined || severity !== undefined;
  return isServers && typeof code === 'string' ? code : undefined;
}

/** serialization_failure, deadlock_detected, lock_not_available: nothing was done, and the next try may well succeed. */
const busyStates = ['40001', '40P01', '55P03'];
export const isBusy = (error: unknown): boolean => busyStates.includes(stateOf(error) ?? '');

/** read_only_sql_transaction: the server has become a standby, or may only be read for now. */
export const refusesWrites = (error: unknown): boolean => stateOf(error) === '25006';

/** protocol_violation of a pooler that refuses to be told a session's limits. */
export const refusesLimits = (error: unknown): boolean =>
  stateOf(error) === '08P01' && /startup parameter/.test((error as Error).message);

/** Class 08 and the shutdowns of class 57, and a transaction that idled too long: no word comes after them. */
export const endsConnection = (error: unknown): boolean => /^(?:08|57P|25P0[34])/.test(stateOf(error) ?? '');

const byState: Readonly<Record<string, { reason?: string; hint: string }>> = {
  '28P01': {
    reason: 'the password of this user is wrong',
    hint: 'stores.records says who the user is and where the password is kept',
  },
  '28000': { hint: "pg_hba.conf on the server lets this user in from here or doesn't" },
  '3D000': { hint: 'createdb --owner=USER --encoding=UTF8 --template=template0 DATABASE, on the server' },
  '42501': { hint: 'the user must own the database: alter database DATABASE owner to USER' },
  '53300': {
    reason: 'it has no connection left',
    hint: 'raise its max_connections, or lower the pool of each node',
  },
  '53100': { hint: "the server's disk is full" },
  '55P03': { reason: 'another transaction holds what this one needs', hint: 'pg_stat_activity on the server shows it' },
};

/** What to do where nothing answers at this address. */
const awayHint =
  'is it running there (systemctl status postgresql, its log), is the address in stores.records right, does a firewall let this machine through?';

const wrongAuthority = {
  reason: 'its certificate is not of an authority that is trusted here',
  hint: 'compare the CA in stores.records with the one that signed ssl_cert_file on the server',
};
const byCode: Readonly<Record<string, { reason: string; hint?: string }>> = {
  ECONNREFUSED: { reason: 'nothing listens there', hint: awayHint },
  ECONNRESET: { reason: 'the connection was cut', hint: awayHint },
  ENOTFOUND: { reason: 'nobody knows this name', hint: 'correct the host in stores.records, or the name service' },
  EAI_AGAIN: {
    reason: 'the name service does not answer',
    hint: 'look at the network and the name service of this machine',
  },
  ETIMEDOUT: { reason: 'nothing answers there', hint: awayHint },
  EHOSTUNREACH: { reason: 'no way leads there', hint: awayHint },
  ENETUNREACH: { reason: 'no way leads there', hint: awayHint },
  SELF_SIGNED_CERT_IN_CHAIN: wrongAuthority,
  DEPTH_ZERO_SELF_SIGNED_CERT: wrongAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: wrongAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: wrongAuthority,
  CERT_SIGNATURE_FAILURE: wrongAuthority,
  CERT_HAS_EXPIRED: { reason: 'its certificate has expired' },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    reason: 'its certificate is of another name',
    hint: 'name the host in stores.records as its certificate does',
  },
};

/** What went wrong, without any value that was stored or any password. */
export function explain(error: unknown): Trouble {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const state = stateOf(error);
  const known = state === undefined ? byCode[String(code)] : byState[state];
  const said = typeof message === 'string' && message !== '' ? plain(message) : String(code ?? error);
  const note = state ?? (known === undefined ? undefined : String(code));
  return {
    reason: `${known?.reason ?? said}${note === undefined ? '' : ` (${note})`}`,
    hint: known?.hint ?? (error instanceof ConnectionLost ? awayHint : undefined),
  };
}

/** pg's own words for what its users can't see. */
function plain(message: string): string {
  if (/does not support SSL/.test(message)) return 'it does not speak TLS, which stores.records asks for';
  if (/password must be a (?:non-empty )?string/i.test(message))
    return 'it asks for a password, and none is configured';
  return message;
}
