/** AD writes far less. */
const longest = 500;
/** Anchored, the comment's own words included: `data …` in any other place is not AD speaking of an account. */
const form =
  /^[0-9a-f]{8}: LdapErr: DSID-[0-9a-f]{1,12}, comment: AcceptSecurityContext error, data ([0-9a-f]{1,8}), v[0-9a-f]{1,8}\0?\s*$/i;

/**
 * What AD says of a bind beside 49: `80090308: LdapErr: DSID-0C090449, comment: AcceptSecurityContext error, data 52e, v4563`.
 * @returns the code in lower-case hexadecimal without leading zeros; undefined: the message is none of AD's
 */
export function readSubCode(message: string): string | undefined {
  if (message.length > longest) return undefined;
  const [, code] = form.exec(message) ?? [];
  return code === undefined ? undefined : Number.parseInt(code, 16).toString(16);
}
