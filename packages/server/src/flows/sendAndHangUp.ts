import { type ClientRequest, request } from 'node:http';
import { type Form, fillIn, type PretendBrowser } from '@gakumon/testkit';

/** A form on its way over a connection of its own. */
export type SentForm = {
  /** Breaks the connection off, whatever is on its way. */
  hangUp(): void;
  /** The status and the cookies of the answer, and nobody keeps them. */
  readonly answered: Promise<{ readonly status: number | undefined; readonly setCookie: readonly string[] }>;
};

/** Sends a filled form as this browser would, beside the browser: whatever comes back changes nothing in it. */
export function sendBeside(
  browser: PretendBrowser,
  form: Form,
  typed: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): SentForm {
  const fields = fillIn(form, typed).fields.map(({ name, value }): [string, string] => [name, value]);
  const cookie = browser
    .cookies()
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
  const outgoing: ClientRequest = request(form.action, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie, ...headers },
  });
  const answered = new Promise<Awaited<SentForm['answered']>>((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      incoming.resume();
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode, setCookie: incoming.headers['set-cookie'] ?? [] }),
      );
    });
  });
  // Whoever hangs up does not care what the answer would have been.
  answered.catch(() => undefined);
  outgoing.end(new URLSearchParams(fields).toString());
  return { hangUp: () => void outgoing.destroy(), answered };
}
