export * from './chromium.ts';
export * from './postgres.ts';
export { type RedisAccess, type RedisProcess, type RedisRigOptions, redisPrograms } from './redisServer.ts';
export * from './redisSingle.ts';
export * from './samlSchemas.ts';
export * from './shibbolethSp.ts';
export * from './xmlsec1.ts';
