import { GakumonError } from '@gakumon/terms';
import type { Door, Visit } from '../door.ts';
import { isOwnPost } from './requestOrigin.ts';

/** @throws GakumonError `form-foreign` when the browser says that the form stood on a page of another site */
export function requireOwnPost(door: Door, { request }: Visit): void {
  if (isOwnPost(request.headers, door.origin)) return;
  const { origin } = request.headers;
  throw new GakumonError('form-foreign', {
    detail: `posted from ${request.headers['sec-fetch-site'] ?? ''} ${origin ?? ''}`.slice(0, 200),
  });
}
