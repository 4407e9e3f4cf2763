import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { connect } from 'node:net';

/**
 * What an SSO cannot do without, and nothing else: a bare node:http server that makes one RSA-2048 signature in the thread
 * pool for each request, and sends a page as long as ours. With a port as its argument it asks the Redis there first, in one
 * pipelined flush. Its cost is the limit of this machine, whatever an IdP is written like.
 */
const [redisPort] = process.argv.slice(2);
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const octets = Buffer.alloc(600, 'SignedInfo');
const answer = Buffer.alloc(5_000, 'response').toString('base64');
const page = `<!doctype html>${'<p>a page</p>'.repeat(150)}<input name="SAMLResponse" value="${answer}">`;
const flush = redisPort === undefined ? async () => {} : openRedis(Number(redisPort));

createServer(async (_request, response) => {
  await flush();
  await new Promise((resolve) => sign('sha256', octets, privateKey, resolve));
  response.writeHead(200, ['Content-Type', 'text/html', 'Content-Length', String(page.length)]);
  response.end(page, 'latin1');
}).listen(0, '127.0.0.1', function (this: ReturnType<typeof createServer>) {
  const address = this.address();
  if (typeof address === 'object') process.stdout.write(`ready http://127.0.0.1:${address?.port}\n`);
});

/** @returns writes three values in one flush, as large as a session, and waits for the answers */
function openRedis(port: number): () => Promise<void> {
  const value = 'x'.repeat(300);
  const command = (key: string): string =>
    `*5\r\n$3\r\nSET\r\n$${key.length}\r\n${key}\r\n$${value.length}\r\n${value}\r\n$2\r\nPX\r\n$5\r\n60000\r\n`;
  const commands = ['reference:1', 'reference:2', 'reference:3'].map(command).join('');
  const expected = '+OK\r\n'.length * 3;
  const waiting: (() => void)[] = [];
  const socket = connect(port, '127.0.0.1').setNoDelay();
  let received = 0;
  socket.on('data', (chunk) => {
    for (received += chunk.length; received >= expected; received -= expected) waiting.shift()?.();
  });
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      socket.write(commands, 'latin1');
    });
}
