import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';

/** Serves one file, whatever is asked for, with an ETag; another file may come to its place (`rename`). */
const [file = ''] = process.argv.slice(2);

const server = createServer((request, response) => {
  const { ino, size } = statSync(file);
  const etag = `"${ino}"`;
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, { etag }).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'application/samlmetadata+xml', 'content-length': size, etag });
  createReadStream(file).pipe(response);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null)
    process.stdout.write(`ready http://127.0.0.1:${address.port}/\n`);
});
process.once('SIGTERM', () => process.exit(0));
