import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assemble, type Notice, type Parts } from '@gakumon/assembly';
import { loadConfig } from '@gakumon/config';
import { type Directory, hashPassword } from '@gakumon/directory';
import {
  type FixedClock,
  type Form,
  fillIn,
  fixedClock,
  freePort,
  type Page,
  type PretendBrowser,
  type PretendSp,
  pretendSp,
  temporaryFolder,
  testKeys,
} from '@gakumon/testkit';
import { afterAll } from '@jest/globals';
import { createLog, type RunningServer, startServer } from '../index.ts';

export const student = { username: 's1234567', password: 'gakumon-demo' } as const;
/** Somebody else, with the same password. */
export const teacher = { username: 'f1234567', password: student.password } as const;
/** Somebody whose account is disabled. */
export const graduate = { username: 'g1234567', password: student.password } as const;

/** A whole IdP on a free port at 127.0.0.1, with a clock that the test moves and two SPs on other sites. */
export type TestDoor = {
  readonly baseUrl: string;
  readonly entityId: string;
  readonly parts: Parts;
  readonly server: RunningServer;
  readonly clock: FixedClock;
  readonly sp: PretendSp;
  /** Its metadata gives it a hostile name. */
  readonly secondSp: PretendSp;
  /** Every line of the log so far. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** Everything that was reported to the operator besides. */
  readonly notices: readonly Notice[];
  /** The address of a fresh AuthnRequest by HTTP-Redirect. */
  ask(options?: Parameters<PretendSp['redirectTo']>[1]): string;
};

/** A name that is markup wherever it is not escaped. */
export const hostileName = `"><script>alert('科')</script>&lt;`;

const running: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of running.splice(0)) await close();
});

/** What is different about a test door. */
export type TestDoorOptions = {
  /** Where its clock stands at first; now when undefined. */
  readonly at?: string;
  /** SPs besides the two that are always there, made for its clock. */
  readonly moreSps?: (clock: FixedClock) => readonly PretendSp[];
  /** More keys of `idp` in its gakumon.yaml. */
  readonly idp?: Readonly<Record<string, unknown>>;
  /** Its `stores`; a SQLite file when undefined. */
  readonly stores?: Readonly<Record<string, unknown>>;
  /** Its sources of metadata before its own SPs, as gakumon.yaml names them. */
  readonly sources?: readonly Readonly<Record<string, unknown>>[];
  /** What its base URL calls this machine; 127.0.0.1 when undefined, where browsers know no passkeys. */
  readonly hostname?: string;
  /** Its policy.yaml; none when undefined. */
  readonly policy?: Readonly<Record<string, unknown>>;
  /** Its release.yaml; none when undefined. */
  readonly release?: Readonly<Record<string, unknown>>;
  /** Its `directory`, as gakumon.yaml names it; its users.yaml when undefined. */
  readonly directory?: readonly Readonly<Record<string, unknown>>[];
  /** The directories behind its clock, instead of its users.yaml. */
  readonly directories?: (clock: FixedClock) => readonly Directory[];
  /** `totpSecret` of people, by user name; base32. */
  readonly totpSecrets?: Readonly<Record<string, string>>;
  /** How long it waits for balancers to notice that it ends, milliseconds; not at all when undefined. */
  readonly noticeLimit?: number;
  /** What its environment has. */
  readonly env?: Readonly<Record<string, string>>;
};

/** Starts one; it is stopped after the last test of the file. */
export async function openTestDoor(options: TestDoorOptions = {}): Promise<TestDoor> {
  const clock = fixedClock(options.at ?? Date.now());
  const port = await freePort();
  const baseUrl = `http://${options.hostname ?? '127.0.0.1'}:${port}`;
  const sps = {
    sp: pretendSp({ entityId: 'https://sp.example.org/shibboleth', clock }),
    secondSp: pretendSp({
      entityId: 'https://second.example.net/saml',
      acs: ['https://second.example.net/acs'],
      names: { en: hostileName, ja: hostileName },
      requestInitiator: 'https://second.example.net/login?from=idp',
      clock,
    }),
  };
  const everySp = [sps.sp, sps.secondSp, ...(options.moreSps?.(clock) ?? [])];
  const folder = await writeInstallation(everySp, configFor(baseUrl, port, options), options);
  const notices: Notice[] = [];
  const report = (notice: Notice): void => void notices.push(notice);
  const { env = {} } = options;
  const assembled = await assemble(await loadConfig(join(folder, 'gakumon.yaml'), env), { clock, env, report });
  const directories = options.directories?.(clock);
  const parts = directories ? { ...assembled, idp: { ...assembled.idp, directories: () => directories } } : assembled;
  const log: Record<string, unknown>[] = [];
  const { noticeLimit = 0 } = options;
  const takeLine = { write: (line: string) => void log.push(JSON.parse(line)) };
  const server = await startServer(parts, { log: createLog(takeLine), noticeLimit });
  running.push(server.close, parts.close);
  const sso = `${baseUrl}/idp/profile/SAML2/Redirect/SSO`;
  return {
    ...sps,
    baseUrl,
    entityId: parts.idp.entityId,
    parts,
    server,
    clock,
    log,
    notices,
    ask: (options) => sps.sp.redirectTo(sso, options).url,
  };
}

/** Made once: nodes that share their records have the same people. */
let everybodysHash: Promise<string> | undefined;

async function writeInstallation(
  sps: readonly PretendSp[],
  config: object,
  { policy, release, totpSecrets = {} }: TestDoorOptions,
): Promise<string> {
  const folder = await temporaryFolder();
  const put = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);
  await Promise.all(['certs', 'metadata', 'var'].map((name) => mkdir(join(folder, name))));
  await put('certs/signing.key', testKeys.idpSigning.privateKeyPem);
  await put('certs/signing.crt', testKeys.idpSigning.certificatePem);
  await put('certs/encryption.key', testKeys.idpEncryption.privateKeyPem);
  await put('certs/encryption.crt', testKeys.idpEncryption.certificatePem);
  await put('certs/sealing.key', Buffer.alloc(32, 'sealing').toString('base64'));
  await put('certs/persistent-id.salt', 'a salt that everybody knows');
  await Promise.all(sps.map((sp, index) => put(`metadata/${index}.xml`, sp.metadata())));
  everybodysHash ??= hashPassword(student.password);
  const passwordHash = await everybodysHash;
  const people = [student, teacher, graduate].map(({ username }) => ({
    username,
    passwordHash,
    disabled: username === graduate.username,
    totpSecret: totpSecrets[username],
    attributes: {},
  }));
  // JSON is YAML.
  await put('users.yaml', JSON.stringify({ version: 1, people }));
  if (release !== undefined) await put('release.yaml', JSON.stringify({ version: 1, rules: [], ...release }));
  if (policy !== undefined) await put('policy.yaml', JSON.stringify({ version: 1, ...policy }));
  await put('gakumon.yaml', JSON.stringify(config));
  return folder;
}

const configFor = (
  baseUrl: string,
  port: number,
  { idp, stores, policy, release, directory, sources = [] }: TestDoorOptions,
) => ({
  version: 1,
  idp: {
    entityId: `${baseUrl}/idp/shibboleth`,
    baseUrl,
    scopes: ['example.ac.jp'],
    organization: { ja: '学問大学', en: 'Gakumon University' },
    supportUrl: 'https://www.example.ac.jp/help',
    contacts: [{ type: 'technical', name: 'Help desk', email: 'help@example.ac.jp' }],
    ...idp,
  },
  listen: { port },
  ...(stores === undefined ? {} : { stores }),
  documents: {
    ...(policy === undefined ? {} : { policy: 'policy.yaml' }),
    ...(release === undefined ? {} : { release: 'release.yaml' }),
  },
  directory: directory ?? [{ name: 'local', file: 'users.yaml' }],
  metadata: { sources: [...sources, { name: 'services', directory: 'metadata', unsigned: true }] },
});

/** @throws Error when the page has no login form */
export function loginForm(page: Page): Form {
  const form = page.forms.find(({ id }) => id === 'login');
  if (form === undefined) throw new Error(`no login form at ${page.url}: ${page.status} ${page.text}`);
  return form;
}

/** Fills in the login form of the current page and sends it. */
export function logIn(
  browser: PretendBrowser,
  typed: Partial<Record<'username' | 'password', string>> = {},
): Promise<Page> {
  return browser.submit(fillIn(loginForm(browser.page), { ...student, ...typed }));
}

/** The form that goes to an SP; undefined when the page has none. */
export function deliveryForm(page: Page): Form | undefined {
  return page.forms.find(({ fields }) => fields.some(({ name }) => name === 'SAMLResponse'));
}

/** The SAMLResponse of a page. @throws Error when there is none */
export function responseOf(page: Page): string {
  const field = deliveryForm(page)?.fields.find(({ name }) => name === 'SAMLResponse');
  if (field === undefined) throw new Error(`no answer at ${page.url}: ${page.status} ${page.text}`);
  return field.value;
}
