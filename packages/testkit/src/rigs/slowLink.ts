import { connect, createServer, type Socket } from 'node:net';
import { afterAll } from '@jest/globals';

/** A way to a server on loopback that can be made slow. */
export type SlowLink = {
  /** Where clients connect to instead of the server. */
  readonly port: number;
  /** From now on every piece of an answer comes so much later, milliseconds; 0: at once again. */
  setDelay(milliseconds: number): void;
  /** How many connections clients have made to it so far. */
  connections(): number;
};

const opened: (() => void)[] = [];
afterAll(() => {
  for (const close of opened.splice(0)) close();
});

/** Opens one; the last test of the file closes it. @param serverPort of 127.0.0.1 */
export async function slowLink(serverPort: number): Promise<SlowLink> {
  let [delay, connections] = [0, 0];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    connections += 1;
    const upstream = connect(serverPort, '127.0.0.1');
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket.setNoDelay(true));
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on('data', (chunk) => void upstream.write(chunk));
    let last: Promise<void> = Promise.resolve();
    upstream.on('data', (chunk) => {
      const due = performance.now() + delay;
      // One after another: what comes once the link is fast again must not overtake what came before.
      last = last.then(async () => {
        const left = due - performance.now();
        if (left > 0) await new Promise((resolve) => setTimeout(resolve, left).unref());
        if (client.writable) client.write(chunk);
      });
    });
  });
  opened.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the link has no port');
  return {
    port: address.port,
    setDelay: (milliseconds) => {
      delay = milliseconds;
    },
    connections: () => connections,
  };
}
