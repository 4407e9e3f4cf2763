import { expect, test } from '@jest/globals';
import { describeWith } from '../programs.ts';
import { redisPrograms } from './redisServer.ts';
import { privateRedis } from './redisSingle.ts';

describeWith(redisPrograms, 'privateRedis', () => {
  test('answers, forgets when it is killed, and starts again on its port', async () => {
    const redis = await privateRedis({ config: { 'maxmemory-policy': 'allkeys-lru' } });
    expect(await redis.cli('SET', 'a', 'b')).toBe('OK');
    expect(await redis.cli('CONFIG', 'GET', 'maxmemory-policy')).toMatch(/allkeys-lru/);
    await redis.kill();
    await expect(redis.cli('PING')).rejects.toThrow(/refused/);
    await redis.restart();
    expect(await redis.cli('EXISTS', 'a')).toBe('0');
    expect(redis.location('p:').servers).toEqual({
      shape: 'single',
      host: '127.0.0.1',
      port: redis.port,
      database: 0,
    });
  });

  test('says what Redis objects to', async () => {
    const redis = await privateRedis({ acl: ['user default off'] });
    await expect(redis.cli('GET')).rejects.toThrow(/wrong number of arguments/);
  });

  test('speaks TLS', async () => {
    const redis = await privateRedis({ tls: true });
    expect(await redis.cli('PING')).toBe('PONG');
    expect(redis.location('p:').tls?.ca).toMatch(/BEGIN CERTIFICATE/);
  });
});
