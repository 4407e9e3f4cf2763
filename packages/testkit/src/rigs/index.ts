export * from './chromium.ts';
export * from './postgres.ts';
export { type PrivateCluster, privateCluster } from './redisCluster.ts';
export { type PrivateSentinels, privateSentinels } from './redisSentinels.ts';
export { type RedisAccess, type RedisProcess, type RedisRigOptions, redisPrograms } from './redisServer.ts';
export * from './redisSingle.ts';
export * from './samlSchemas.ts';
export * from './shibbolethSp.ts';
export * from './xmlsec1.ts';
