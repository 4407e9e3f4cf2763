import { GakumonError } from '@gakumon/terms';
import type { Door, Visit } from '../door.ts';
import { acceptsGzip } from '../http/acceptsGzip.ts';
import { sendAnswer, sendText } from '../http/answer.ts';

/** Our own metadata (SAML Metadata 4.1.1: the media type). */
export async function sendMetadata(door: Door, visit: Visit): Promise<void> {
  const metadata = await door.parts.publishMetadata();
  const headers = ['Cache-Control', 'no-cache', 'Content-Type', 'application/samlmetadata+xml'];
  sendAnswer(door, visit, 200, 'own', headers, Buffer.from(metadata));
}

/** Whether the process lives. */
export function sendAlive(door: Door, visit: Visit): void {
  sendText(door, visit, 200, 'ok\n');
}

/** Whether all that this node stands on is there, for a monitor; what is missing stands in the log only. */
export async function sendReady(door: Door, visit: Visit): Promise<void> {
  tellReadiness(door, visit, await door.parts.readiness.everything());
}

/** Whether this node can log people in, for a balancer: more than that would take away nodes that still do their work. */
export async function sendSignOnReady(door: Door, visit: Visit): Promise<void> {
  tellReadiness(door, visit, await door.parts.readiness.signOn());
}

function tellReadiness(door: Door, visit: Visit, isReady: boolean): void {
  sendText(door, visit, isReady ? 200 : 503, isReady ? 'ready\n' : 'not ready\n');
}

/** One of our own files; its address changes with its content. */
export function sendAsset(door: Door, visit: Visit): void {
  const asset = door.assets.find(visit.path);
  if (asset === undefined) throw new GakumonError('page-not-found');
  const gzip = acceptsGzip(visit.request.headers['accept-encoding']);
  const headers = [
    ...(gzip ? ['Content-Encoding', 'gzip'] : []),
    'Cache-Control',
    'public, max-age=31536000, immutable',
    'Vary',
    'Accept-Encoding',
    'Content-Type',
    asset.type,
  ];
  sendAnswer(door, visit, 200, 'own', headers, gzip ? asset.gzipped : asset.body);
}

/** Addresses of SAML 1, which some old SPs still have in their configuration. */
export function refuseSaml1(): never {
  throw new GakumonError('saml1-unsupported');
}
