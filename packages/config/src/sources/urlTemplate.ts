import { isLoopbackUrl } from '../loopback.ts';
import { text, z } from '../schema.ts';

/** An address with `{key}` in its path or behind its question mark. What is wrong with it never repeats it: it may hold a password. */
export const urlTemplate = text.max(2000, { error: 'is longer than 2000 characters' }).transform((written, context) => {
  const mistake = mistakeIn(written);
  if (mistake === undefined) return written;
  context.addIssue(mistake);
  return z.NEVER;
});

function mistakeIn(written: string): string | undefined {
  const sample = written.replaceAll('{key}', 'key');
  if (/[\s\\]/.test(written) || !URL.canParse(sample)) return 'must be an https URL with {key} in it';
  const url = new URL(sample);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must be an https URL with {key} in it';
  if (url.username !== '' || url.password !== '') {
    return 'must be without user and password: write headers: { Authorization: { file: … } }, or { env: … }';
  }
  if (written.includes('#')) return 'must be without a fragment; it never reaches a server';
  // Scheme and host, and what follows
  const [, place = '', rest = ''] = /^([a-z]+:\/\/[^/?#]*)(.*)$/is.exec(written) ?? [];
  if (/[{}]/.test(place)) return 'must have {key} in its path or behind its question mark';
  if (!rest.includes('{key}')) return 'must have {key} where the key belongs, in its path or behind its question mark';
  if (/[{}]/.test(rest.replaceAll('{key}', ''))) return 'may have {key} only in braces';
  if (url.protocol === 'http:' && !isLoopbackUrl(url)) {
    return 'must be https (http is for this very machine only: what is known of people would cross the network in the clear)';
  }
  return undefined;
}
