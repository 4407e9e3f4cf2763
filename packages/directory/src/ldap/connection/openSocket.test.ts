import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { openSocket } from './openSocket.ts';

test('ldaps:// at a port where no TLS is spoken says so', async () => {
  const server = createServer((socket) =>
    socket.on('error', () => {}).end(Buffer.from('300c02010178070a010004000400', 'hex')),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `ldaps://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const opened = openSocket({ url, startTls: false, ca: undefined, connectTimeout: 5000 });
  await expect(opened).rejects.toThrow(/no TLS is spoken on this port.*startTls: true/);
  server.close();
});
