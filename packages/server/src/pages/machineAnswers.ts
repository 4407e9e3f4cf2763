import { GakumonError } from '@gakumon/terms';
import type { Door, Visit } from '../door.ts';

/** Our own metadata (SAML Metadata 4.1.1: the media type). */
export async function sendMetadata(door: Door, { response }: Visit): Promise<void> {
  const metadata = await door.parts.publishMetadata();
  response
    .set('Cache-Control', 'no-cache')
    .set('Content-Type', 'application/samlmetadata+xml')
    .send(Buffer.from(metadata));
}

/** Whether the process lives. */
export function sendAlive(_door: Door, { response }: Visit): void {
  response.set('Cache-Control', 'no-store').type('text').send('ok\n');
}

/** Whether all that this node stands on is there, for a monitor; what is missing stands in the log only. */
export async function sendReady(door: Door, visit: Visit): Promise<void> {
  tellReadiness(visit, await door.parts.readiness.everything());
}

/** Whether this node can log people in, for a balancer: more than that would take away nodes that still do their work. */
export async function sendSignOnReady(door: Door, visit: Visit): Promise<void> {
  tellReadiness(visit, await door.parts.readiness.signOn());
}

function tellReadiness({ response }: Visit, isReady: boolean): void {
  response
    .status(isReady ? 200 : 503)
    .set('Cache-Control', 'no-store')
    .type('text')
    .send(isReady ? 'ready\n' : 'not ready\n');
}

/** One of our own files; its address changes with its content. */
export function sendAsset(door: Door, { request, response }: Visit): void {
  const asset = door.assets.find(request.path);
  if (asset === undefined) throw new GakumonError('page-not-found');
  const gzip = request.acceptsEncodings('gzip') === 'gzip';
  if (gzip) response.set('Content-Encoding', 'gzip');
  response
    .set('Cache-Control', 'public, max-age=31536000, immutable')
    .set('Vary', 'Accept-Encoding')
    .set('Content-Type', asset.type)
    .send(gzip ? asset.gzipped : asset.body);
}

/** Addresses of SAML 1, which some old SPs still have in their configuration. */
export function refuseSaml1(): never {
  throw new GakumonError('saml1-unsupported');
}
