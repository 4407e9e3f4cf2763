import type { LdapResult } from './messages.ts';

/** What AD writes with its result codes, to the letter; the zero at the end is sent as well. */
export const adResults = {
  success: { code: 0, message: '' },
  notBound: {
    code: 1,
    message:
      '000004DC: LdapErr: DSID-0C090A5C, comment: In order to perform this operation a successful bind must be completed on the connection., data 0, v4563\0',
  },
  protocolError: {
    code: 2,
    message: '00000057: LdapErr: DSID-0C0C0092, comment: Error decoding ldap message, data 0, v4563\0',
  },
  tooMany: { code: 4, message: '' },
  unknownControl: {
    code: 12,
    message: '00000057: LdapErr: DSID-0C0907C5, comment: Error processing control, data 0, v4563\0',
  },
  wrongOldPassword: {
    code: 19,
    message:
      '00000056: AtrErr: DSID-03190F80, #1:\n\t0: 00000056: DSID-03190F80, problem 1005 (CONSTRAINT_ATT_TYPE), data 0, Att 9005a (unicodePwd)\n\0',
  },
  passwordRestriction: {
    code: 19,
    message:
      '0000052D: AtrErr: DSID-03191083, #1:\n\t0: 0000052D: DSID-03191083, problem 1005 (CONSTRAINT_ATT_TYPE), data 0, Att 9005a (unicodePwd)\n\0',
  },
  noRight: {
    code: 50,
    message: '00000005: SecErr: DSID-031A11D1, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0\n\0',
  },
  needsTls: { code: 53, message: '0000001F: SvcErr: DSID-031A126C, problem 5003 (WILL_NOT_PERFORM), data 0\n\0' },
  strongerAuth: {
    code: 8,
    message:
      '00002028: LdapErr: DSID-0C09023A, comment: The server requires binds to turn on integrity checking if SSL\\TLS are not already active on the connection, data 0, v4563\0',
  },
} as const satisfies Readonly<Record<string, LdapResult>>;

/** What AD says of a bind that it refuses. */
export function refusedBind(subCode: string): LdapResult {
  const message = `80090308: LdapErr: DSID-0C090449, comment: AcceptSecurityContext error, data ${subCode}, v4563\0`;
  return { code: 49, message };
}

export function noObject(bestMatch: string): LdapResult {
  const message = `0000208D: NameErr: DSID-0310028D, problem 2001 (NO_OBJECT), data 0, best match of:\n\t'${bestMatch}'\n\0`;
  return { code: 32, message };
}
