import { Agent, request } from 'node:http';
import type { PretendSp } from '../../../packages/testkit/src/sp/pretendSp.ts';

/** How somebody's first login ended; milliseconds. */
export type Outcome =
  | { readonly kind: 'arrived'; readonly took: number; readonly why?: undefined }
  | { readonly kind: 'failed'; readonly took: number; readonly why: string };

type Page = {
  readonly status: number;
  readonly body: string;
  readonly cookies: string;
  readonly location: string | undefined;
};

const agent = new Agent({ keepAlive: true });

/**
 * Goes from the service to the login page, mistypes as often as said, types the initial password, chooses another one
 * on the page that asks for it, and arrives.
 */
export async function firstLogin(
  baseUrl: string,
  sp: PretendSp,
  username: string,
  { initial, chosen }: { readonly initial: string; readonly chosen: string },
  mistakes: number,
): Promise<Outcome> {
  const begun = performance.now();
  let page = await send('GET', sp.redirectTo(`${baseUrl}/idp/profile/SAML2/Redirect/SSO`).url, '');
  for (let wrong = 0; wrong < mistakes; wrong += 1) {
    page = await submit(baseUrl, page, { username, password: `${initial}${wrong}` });
    if (!page.body.includes('name="password"')) return failed(begun, `no second try: ${titleOf(page)}`);
  }
  page = await submit(baseUrl, page, { username, password: initial });
  if (!page.body.includes('name="newPassword"')) return failed(begun, `no page to change it: ${titleOf(page)}`);
  const passwords = { currentPassword: initial, newPassword: chosen, newPasswordAgain: chosen };
  page = await submit(baseUrl, page, passwords);
  if (!page.body.includes('name="SAMLResponse"')) return failed(begun, `no answer: ${titleOf(page)}`);
  return { kind: 'arrived', took: performance.now() - begun };
}

const failed = (begun: number, why: string): Outcome => ({ kind: 'failed', took: performance.now() - begun, why });
const titleOf = ({ status, body }: Page): string => `${status} ${/<h1[^>]*>([^<]*)/.exec(body)?.[1]?.trim()}`;

/** Posts the first form of a page that has fields of these names, with all its hidden fields, and goes where it is sent. */
async function submit(baseUrl: string, page: Page, fields: Readonly<Record<string, string>>): Promise<Page> {
  const forms = page.body.match(/<form[\s\S]*?<\/form>/g) ?? [];
  const form = forms.find((one) => Object.keys(fields).every((name) => one.includes(`name="${name}"`))) ?? '';
  const hidden = [...form.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
    /name="([^"]*)"/.exec(input)?.[1] ?? '',
    /value="([^"]*)"/.exec(input)?.[1] ?? '',
  ]);
  const body = new URLSearchParams([...hidden, ...Object.entries(fields)] as [string, string][]);
  const action = /action="([^"]*)"/.exec(form)?.[1] ?? '/idp/login';
  const answer = await send('POST', new URL(action, baseUrl).href, page.cookies, body.toString());
  if (answer.location === undefined) return answer;
  return send('GET', new URL(answer.location, baseUrl).href, answer.cookies);
}

function send(method: string, url: string, cookie: string, body?: string): Promise<Page> {
  const form = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, agent, headers: { cookie, ...form } }, (incoming) => {
      const pieces: Buffer[] = [];
      incoming.on('data', (piece: Buffer) => pieces.push(piece));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const given = (incoming.headers['set-cookie'] ?? []).map((line) => line.split(';')[0] ?? '');
        const cookies = [...new Set([...cookie.split('; '), ...given].filter((one) => one !== ''))].join('; ');
        const body = Buffer.concat(pieces).toString('utf8');
        resolve({ status: incoming.statusCode ?? 0, body, cookies, location: incoming.headers.location });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
