import type { IncomingHttpHeaders } from 'node:http';
import type { HttpValidators } from '../../library/refreshing.ts';

export type { HttpValidators };

/** RFC 9110 8.8.3; more than any server needs. */
const entityTag = /^(?:W\/)?"[\x21\x23-\x7e]{0,256}"$/;
const instant = /^[A-Za-z0-9 :,+-]{1,64}$/;

/** What an answer says to ask with the next time (RFC 9110 8.8); what does not look like it is left out. */
export function readValidators(headers: IncomingHttpHeaders): HttpValidators {
  return clean({ etag: headers.etag, lastModified: headers['last-modified'] });
}

/** The headers of a conditional GET (RFC 9110 13.1); none when nothing is known. */
export function conditionsOf(validators: HttpValidators): Readonly<Record<string, string>> {
  const { etag, lastModified } = clean(validators);
  return {
    ...(etag === undefined ? {} : { 'If-None-Match': etag }),
    ...(lastModified === undefined ? {} : { 'If-Modified-Since': lastModified }),
  };
}

function clean({ etag, lastModified }: HttpValidators): HttpValidators {
  return {
    etag: etag !== undefined && entityTag.test(etag) ? etag : undefined,
    lastModified: lastModified !== undefined && instant.test(lastModified) ? lastModified : undefined,
  };
}
