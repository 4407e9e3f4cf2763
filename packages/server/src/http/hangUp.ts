import type { ServerResponse } from 'node:http';

/** Says when the visitor hangs up before the answer is sent: what is still to be done for them need not be done. */
export function signalHangUp(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  const notice = (): void => {
    if (!response.writableFinished) gone.abort();
  };
  // What closed while the form was read says so no more.
  if (response.destroyed || response.closed) notice();
  else response.once('close', notice);
  return gone.signal;
}
