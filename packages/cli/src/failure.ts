import { type ErrorCode, GakumonError, isGakumonError } from '@gakumon/terms';
import type { Terminal } from './terminal.ts';

const usageCodes: ReadonlySet<ErrorCode> = new Set(['usage-wrong', 'metadata-trust-undecided']);

const words: Readonly<Partial<Record<ErrorCode, string>>> = {
  'config-missing': 'there is no configuration',
  'config-invalid': 'the configuration is wrong',
  'document-invalid': 'a document is wrong',
  'key-invalid': 'a key is wrong',
  'key-in-use': 'the key is still needed',
  'key-too-new': 'the key is too new',
  'port-taken': 'the port is taken',
  'listen-failed': 'the port cannot be opened',
  'store-unavailable': 'a store does not answer',
  'records-newer': 'the records are newer than this Gakumon',
  'records-missing': 'there is no database',
  'records-not-empty': 'the database is not empty',
  'records-file-invalid': 'the file of records is refused',
  'backup-invalid': 'the backup is refused',
  'metadata-invalid': 'the metadata is refused',
  'metadata-signature': 'the signature of the metadata is not believed',
  'metadata-validity': 'the validity of the metadata is not acceptable',
  'metadata-empty': 'the metadata is of no use',
  'metadata-expired': 'the metadata has expired',
  'metadata-fetch': 'the metadata cannot be fetched',
  'metadata-held': 'the metadata is held back',
  'metadata-damaged': 'a stored copy of metadata is damaged',
  'metadata-not-found': 'no such metadata',
  'session-not-found': 'no such session',
  'authenticator-missing': 'no such authenticator',
  'authenticator-known': 'the person has it already',
  'authenticator-limit': 'there is no room for another',
  'totp-secret-invalid': 'this is no TOTP secret',
  'authenticator-fixed': 'it cannot be changed here',
  'case-not-found': 'no such case',
  'guest-exists': 'the name is taken',
  'guest-not-found': 'no such guest',
  'guest-refused': 'nothing was written',
  'departures-invalid': 'the list of those who leave is wrong',
  'departure-not-found': 'nothing to take back',
  'directory-unavailable': 'a directory does not answer',
  'source-unavailable': 'a source of attributes does not answer',
  'policy-case-failed': 'the policy is not what the table expects',
  'metadata-trust-undecided': 'nothing says why this metadata should be believed',
  'xml-malformed': 'the document is not well-formed XML',
  'xml-doctype': 'the document has a DOCTYPE',
  'xml-encoding': 'the document is not UTF-8',
  'xml-limit': 'the document is too large',
};

/**
 * Tells a failure in the manner of the command line, and what the process ends with: 2 for wrong usage, 130 and
 * not a word for whoever broke off a question, 1 for all else.
 * An error that is not ours is a defect and shows its stack.
 */
export function tellFailure(terminal: Terminal, error: unknown): 1 | 2 | 130 {
  if (!isGakumonError(error)) {
    terminal.say(
      'error',
      `this is a defect of Gakumon: ${error instanceof Error ? (error.stack ?? error.message) : error}`,
    );
    return 1;
  }
  if (error.code === 'interrupted') return 130;
  const what = words[error.code];
  const detail = error.detail ?? '';
  if (what === undefined) terminal.say('error', detail || error.code);
  else if (detail.includes('\n')) terminal.say('error', `${what}\n${detail}`);
  else terminal.say('error', detail === '' ? what : `${what}: ${detail}`);
  if (error.hint !== undefined) terminal.say('hint', error.hint);
  return usageCodes.has(error.code) ? 2 : 1;
}

/** @throws GakumonError `usage-wrong`, always */
export function refuseUsage(detail: string): never {
  throw new GakumonError('usage-wrong', { detail });
}
