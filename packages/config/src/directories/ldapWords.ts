import { filterMistake } from '@gakumon/directory';
import { z } from '../schema.ts';

export const yesOrNo = z.boolean({ error: 'must be true or false' });

/** An attribute of the server, with its options (RFC 4512, section 2.5). */
export const attributeName = z.string().regex(/^(?:[a-z][a-z0-9-]*|\d+(?:\.\d+)+)(?:;[a-z0-9-]+)*$/i, {
  error: 'must be the name of an attribute, such as mail or displayName;lang-ja',
});

/** What an attribute is called here. */
export const idOfAttribute = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, { error: 'must be a name of letters, digits, hyphens and underscores' });

const oneRdn = String.raw`[a-zA-Z0-9.-]+\s*=\s*(?:[^\\,\p{Cc}]|\\.)+`;
const dn = new RegExp(`^${oneRdn}(?:,\\s*${oneRdn})*$`, 'u');

export const distinguishedName = z
  .string()
  .trim()
  .regex(dn, { error: 'must be a distinguished name such as ou=people,dc=example,dc=ac,dc=jp' });

export const dnTemplate = distinguishedName
  .refine((text) => text.split('{username}').length === 2, {
    error: 'must have {username} in it, once, where the login name goes',
  })
  .refine((text) => /^[^,]*\{username\}/.test(text), { error: 'must have {username} in its first part' });

/** A filter of RFC 4515 with a place for a login name, or for the DN of the person. */
export const filterWith = (...places: readonly ('username' | 'dn')[]) =>
  z.string().transform((text, context) => {
    const mistake = filterMistake(text);
    if (mistake !== undefined) context.addIssue(mistake);
    if (!places.some((place) => text.includes(`{${place}}`))) {
      context.addIssue(`must have ${places.map((place) => `{${place}}`).join(' or ')} in it`);
    }
    const other =
      /\{(?!username\}|dn\})[^{}]*\}/.exec(text)?.[0] ?? (places.includes('dn') ? undefined : /\{dn\}/.exec(text)?.[0]);
    if (other !== undefined) context.addIssue(`has ${other}, which stands for nothing here`);
    return text;
  });
