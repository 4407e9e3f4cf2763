/**
 * The browser's door: HTTP, cookies, headers, pages in Japanese and English. Decides nothing about a login: it asks idp, and
 * shows what idp answers.
 */
export { createApp } from './createApp.ts';
export type { ServerOptions } from './door.ts';
export { createLog, type Log } from './log.ts';
export { openDoors, type RunningDoors } from './openDoors.ts';
export type { ServerParts } from './serverParts.ts';
export { type ListenOptions, type RunningServer, startServer } from './startServer.ts';
