import { sign, verify, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import {
  describeWith,
  findProgram,
  fixedClock,
  freePort,
  runProgram,
  sequentialIds,
  startProcess,
  temporaryFolder,
  testKeys,
} from './index.ts';

describe('time', () => {
  test('the clock stands until it is advanced', () => {
    const clock = fixedClock('2024-04-08T09:00:00Z');
    expect(clock()).toBe(clock());
    clock.advance(1500);
    expect(new Date(clock()).toISOString()).toBe('2024-04-08T09:00:01.500Z');
  });

  test('identifiers count and are valid xs:ID', () => {
    const newId = sequentialIds();
    expect([newId(), newId()]).toEqual(['_id1', '_id2']);
  });
});

describe('keys', () => {
  test.each(Object.entries(testKeys))('%s: the private key belongs to the certificate', (_name, key) => {
    const signature = sign('sha256', Buffer.from('words'), key.privateKey);
    expect(verify('sha256', Buffer.from('words'), key.publicKey, signature)).toBe(true);
    expect(key.certificate).toBe(new X509Certificate(key.certificatePem).raw.toString('base64'));
  });

  test('one certificate has expired', () => {
    expect(Date.parse(new X509Certificate(testKeys.expired.certificatePem).validTo)).toBeLessThan(Date.now());
  });
});

describe('programs', () => {
  test('an absolute path and a name on PATH are found; nonsense is not', () => {
    expect(findProgram(process.execPath)).toBe(process.execPath);
    expect(findProgram('sh')).toMatch(/\/sh$/);
    expect(findProgram('no-such-program-anywhere')).toBeUndefined();
  });

  describeWith(['sh'], 'with sh', () => {
    test('runs', async () => {
      const done = await runProgram('sh', ['-c', 'cat; echo bad >&2; exit 3'], { input: '日本語' });
      expect(done).toEqual({ code: 3, stdout: '日本語', stderr: 'bad\n' });
    });

    test('a started process is followed and stopped', async () => {
      const running = startProcess('sh', ['-c', 'echo ready; exec sleep 60']);
      expect(await running.waitFor(/^ready/)).toBe('ready');
      await running.stop();
      expect(await running.exited).toBeNull();
    });

    test('waiting for a line of a process that ends is an error with its output', async () => {
      const running = startProcess('sh', ['-c', 'echo something else']);
      await expect(running.waitFor(/^ready/)).rejects.toThrow('something else');
    });
  });
});

test('a temporary folder exists', async () => {
  expect(existsSync(await temporaryFolder())).toBe(true);
});

test('a free port can be listened on', async () => {
  const port = await freePort();
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  await new Promise((resolve) => server.close(resolve));
});
