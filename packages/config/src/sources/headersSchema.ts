import type { Secret } from '../config.ts';
import { byForm, type Issue, isGroup, text, withRule, z } from '../schema.ts';

/** RFC 9110 5.1. */
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;
/** What belongs to the exchange itself. */
const ours: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const letsIn = /auth|cookie|key|token|secret|password/i;

const plain = text.regex(/^[\x20-\x7e]{1,1000}$/, { error: 'must be of ASCII characters, 1000 at most' });

/** Headers by their names; whatever lets somebody in is a secret, and never stands in the file. */
export const headersSchema = (secret: z.ZodType<Secret>) =>
  withRule(
    z.record(
      z.string(),
      byForm<string | Secret>((value) => (typeof value === 'string' ? plain : secret)),
    ),
    namesAreFit,
  );

function namesAreFit(value: unknown): Issue[] {
  if (!isGroup(value)) return [];
  return Object.entries(value).flatMap(([header, content]): Issue[] => {
    const complain = (message: string): Issue[] => [{ path: [header], message }];
    if (!headerName.test(header)) return complain('is no name of a header');
    if (ours.has(header.toLowerCase())) return complain('is set by Gakumon itself');
    if (typeof content !== 'string' || !letsIn.test(header)) return [];
    return complain('must be { file: … } or { env: … }; a secret never stands in this file');
  });
}
