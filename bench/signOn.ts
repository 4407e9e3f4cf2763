import { Agent, request } from 'node:http';
import type { PretendSp } from '../packages/testkit/src/sp/pretendSp.ts';

type Answer = { readonly status: number; readonly body: string; readonly cookies: string };

const agent = new Agent({ keepAlive: true });

/** A browser that is signed in, and no more than that: it costs the machine as little as it can. */
export type SignedIn = { readonly cookie: string };

/** Logs in once through the form, as a script may (DESIGN section 2). */
export async function signIn(baseUrl: string, sp: PretendSp, username: string, password: string): Promise<SignedIn> {
  const page = await send('GET', sp.redirectTo(`${baseUrl}/idp/profile/SAML2/Redirect/SSO`).url, '');
  const fields = new URLSearchParams(hiddenFields(page.body));
  fields.set('username', username);
  fields.set('password', password);
  const answer = await send('POST', `${baseUrl}/idp/login`, page.cookies, fields.toString());
  if (!answer.body.includes('name="SAMLResponse"')) throw new Error(`no answer to the login:\n${answer.body}`);
  return { cookie: answer.cookies };
}

/**
 * One SSO with a live session.
 * @param at where the process listens that is to answer, where that is not the base URL
 * @returns the answer's SAMLResponse
 */
export async function signOn(baseUrl: string, sp: PretendSp, { cookie }: SignedIn, at = baseUrl): Promise<string> {
  const { url } = sp.redirectTo(`${baseUrl}/idp/profile/SAML2/Redirect/SSO`);
  const answer = await send('GET', at + url.slice(baseUrl.length), cookie);
  const response = /name="SAMLResponse" value="([^"]+)"/.exec(answer.body)?.[1];
  if (response === undefined)
    throw new Error(`no SAMLResponse in answer ${answer.status}:\n${answer.body.slice(0, 2000)}`);
  return response;
}

function hiddenFields(html: string): Record<string, string> {
  const inputs = [...html.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => input);
  const read = (input: string, name: string): string => new RegExp(`${name}="([^"]*)"`).exec(input)?.[1] ?? '';
  return Object.fromEntries(inputs.map((input) => [read(input, 'name'), read(input, 'value')]));
}

function send(method: string, url: string, cookie: string, body?: string): Promise<Answer> {
  const headers = {
    cookie,
    ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, agent, headers }, (incoming) => {
      const pieces: Buffer[] = [];
      incoming.on('data', (piece: Buffer) => pieces.push(piece));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const given = (incoming.headers['set-cookie'] ?? []).map((line) => line.split(';')[0] ?? '');
        const cookies = [cookie, ...given].filter((one) => one !== '').join('; ');
        resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(pieces).toString('utf8'), cookies });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
