import { connect } from 'node:net';
import { type RawServer, startRawServer } from './rawServer.ts';

/** Starts an HTTP proxy on 127.0.0.1 until the end of the test; wherever it is asked to lead, it leads to one server. */
export function startProxy(target: RawServer): Promise<RawServer> {
  const port = Number(new URL(target.url).port);
  return startRawServer((socket, question) => {
    const upstream = connect(port, '127.0.0.1');
    upstream.on('error', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
    if (question.startsWith('CONNECT ')) socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    else upstream.write(question, 'latin1');
    socket.pipe(upstream).pipe(socket);
  });
}
