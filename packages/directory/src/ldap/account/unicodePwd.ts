import type { LdapChange } from '../servers.ts';

/** MS-ADTS 3.1.1.3.1.5: the password in quotes, in UTF-16LE; quotes inside stay as they are. */
const encode = (password: string): Uint8Array => Buffer.from(`"${password}"`, 'utf16le');

/** What the person does: AD checks the present password, and its rules for new ones. */
export function changeUnicodePwd({ current, next }: { current: string; next: string }): readonly LdapChange[] {
  return [
    { operation: 'delete', attribute: 'unicodePwd', values: [encode(current)] },
    { operation: 'add', attribute: 'unicodePwd', values: [encode(next)] },
  ];
}

/** What staff do, with the right to reset: AD checks neither the present password nor the former ones. */
export function resetUnicodePwd(next: string): readonly LdapChange[] {
  return [{ operation: 'replace', attribute: 'unicodePwd', values: [encode(next)] }];
}
