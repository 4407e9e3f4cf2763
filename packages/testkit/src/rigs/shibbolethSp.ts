import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type RunningProcess, runProgram, startProcess } from '../processes.ts';
import { findProgram } from '../programs.ts';
import { freePort, temporaryFolder } from '../temporary.ts';
import {
  type ApplicationSettings,
  type ShibbolethSpSettings,
  writeApacheConfig,
  writeAttributeMap,
  writeLogger,
  writePage,
  writeShibbolethConfig,
} from './shibbolethSpFiles.ts';

/** What the rig needs, for `describeWith`. */
export const shibbolethSpPrograms: readonly string[] = ['apache2', 'mod_shib.so', 'mod_cgi.so', 'shibd', 'openssl'];

/** One application of the SP, in federation terms: an SP of its own. */
export type ShibbolethApplication = {
  readonly entityId: string;
  /** Its metadata as the SP itself tells it: signing and encryption keys, several kinds of AssertionConsumerService. */
  metadata(): Promise<string>;
  /** A page that only a session opens. */
  readonly secureUrl: string;
  /** Starts a login whether or not there is a session. @param ask e.g. `{ forceAuthn: 'true', isPassive: '1' }` */
  loginUrl(ask?: Readonly<Record<string, string>>): string;
};

export type ShibbolethSp = ShibbolethApplication & {
  /** e.g. `http://localhost:34567`; the places `/secure`, `/force`, `/passive`, `/mfa`, `/aal2` and `/password` need a session, `/open` none */
  readonly baseUrl: string;
  /** A second SP on the same site, which signs its AuthnRequests. */
  readonly second: ShibbolethApplication;
  /** One of `options.variants`. */
  variant(name: string): ShibbolethApplication;
  /** What shibd and Apache logged until now. */
  logs(): Promise<string>;
  stop(): Promise<void>;
};

/** How a further SP differs from the first one. */
export type ShibbolethVariant = {
  readonly signsRequests?: boolean;
  /** URI of the binding by which AuthnRequests go out; HTTP-Redirect when undefined. */
  readonly requestBinding?: string;
  readonly requiresSignedAssertions?: boolean;
  /** How many signing keys its metadata names; it signs with the first. One when undefined. */
  readonly signingKeys?: 1 | 2;
  /** How many encryption keys it holds and names. One when undefined. */
  readonly encryptionKeys?: 0 | 1 | 2;
};

export type ShibbolethSpOptions = {
  readonly idpEntityId: string;
  readonly idpMetadata: string;
  /** PEM: the SP takes the metadata only when this key signed it. */
  readonly metadataSigner?: string;
  readonly host: '127.0.0.1' | 'localhost';
  /** More SPs on the same site, by name: letters and digits. */
  readonly variants?: Readonly<Record<string, ShibbolethVariant>>;
};

/**
 * Starts Debian's Shibboleth SP behind an Apache of its own: keys, configuration and logs in a temporary folder, on
 * loopback only. It is stopped after the last test of the file at the latest.
 *
 * @param options.host how browsers call it; choose the one that the IdP does not use, so that they are two sites
 * @throws Error with all logs when it does not come up, or does not take the metadata
 */
export async function startShibbolethSp(options: ShibbolethSpOptions): Promise<ShibbolethSp> {
  const settings = await prepareSettings(options);
  await writeFiles(settings, options);
  const { folder } = settings;
  const processes: RunningProcess[] = [];
  const sp = describeSp(settings, processes);
  try {
    processes.push(startShibd(folder));
    await waitUntil('shibd listens', () => isListening(folder), processes);
    // Apache ends its whole process group; without a group of its own (NO_DETACH makes one) it would end us as well.
    processes.push(startProcess(required('apache2'), ['-f', `${folder}/httpd.conf`, '-DNO_DETACH']));
    await waitUntil('Apache serves metadata', async () => (await fetch(metadataUrl(settings, ''))).ok, processes);
    const complaint = /^(ERROR|CRIT|ALERT|FATAL) .*/m.exec(await sp.logs());
    if (complaint !== null) throw new Error(complaint[0]);
    return sp;
  } catch (error) {
    const logs = await sp.logs();
    await sp.stop();
    throw new Error(`the Shibboleth SP did not start\n${logs}`, { cause: error });
  }
}

function startShibd(folder: string): RunningProcess {
  const files = ['-c', `${folder}/shibboleth2.xml`, '-p', `${folder}/shibd.pid`];
  // The environment names the log for what goes wrong before the configuration is read.
  return startProcess(required('shibd'), ['-F', '-f', ...files], { env: { SHIBSP_LOGGING: `${folder}/shibd.logger` } });
}

async function prepareSettings(options: ShibbolethSpOptions): Promise<ShibbolethSpSettings> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const baseUrl = `http://${options.host}:${port}`;
  return {
    folder,
    host: options.host,
    port,
    listenerPort: await freePort(),
    entityId: `${baseUrl}/shibboleth-sp`,
    applications: Object.entries({ second: { signsRequests: true }, ...options.variants }).map(([name, variant]) =>
      describeVariant(name, `${baseUrl}/${name}/shibboleth-sp`, variant),
    ),
    idpEntityId: options.idpEntityId,
    verifiesMetadata: options.metadataSigner !== undefined,
    modules: dirname(required('mod_shib.so')),
    user: process.getuid?.() === 0 ? 'www-data' : undefined,
  };
}

function describeVariant(name: string, entityId: string, variant: ShibbolethVariant): ApplicationSettings {
  return {
    name,
    entityId,
    signsRequests: variant.signsRequests ?? false,
    requestBinding: variant.requestBinding,
    requiresSignedAssertions: variant.requiresSignedAssertions ?? false,
    signingKeys: ['signing', 'signing-2'].slice(0, variant.signingKeys ?? 1),
    encryptionKeys: ['encryption', 'encryption-2'].slice(0, variant.encryptionKeys ?? 1),
  };
}

function required(program: string): string {
  const path = findProgram(program);
  if (path === undefined) throw new Error(`${program} is not installed`);
  return path;
}

async function writeFiles(settings: ShibbolethSpSettings, options: ShibbolethSpOptions): Promise<void> {
  const { folder } = settings;
  const put = (name: string, text: string) => writeFile(join(folder, name), text);
  // Apache's children run as another account: they read the configuration and write their own log.
  await chmod(folder, 0o755);
  await mkdir(join(folder, 'documents'));
  await put('native.log', '');
  await chmod(join(folder, 'native.log'), 0o666);
  await put('shibboleth2.xml', writeShibbolethConfig(settings));
  await put('attribute-map.xml', writeAttributeMap());
  await put('idp-metadata.xml', options.idpMetadata);
  if (options.metadataSigner !== undefined) await put('metadata-signer.pem', options.metadataSigner);
  await put('shibd.logger', writeLogger(`${folder}/shibd.log`));
  await put('native.logger', writeLogger(`${folder}/native.log`));
  await put('httpd.conf', writeApacheConfig(settings));
  await put('page.sh', writePage());
  await chmod(join(folder, 'page.sh'), 0o755);
  const used = settings.applications.flatMap(({ signingKeys, encryptionKeys }) => [...signingKeys, ...encryptionKeys]);
  const keys = new Set(['signing', 'encryption', ...used]);
  await Promise.all([...keys].map((name) => makeKey(settings, name)));
}

async function makeKey({ folder, host }: ShibbolethSpSettings, name: string): Promise<void> {
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', `/CN=${host}`];
  const files = ['-keyout', join(folder, `${name}.key.pem`), '-out', join(folder, `${name}.pem`)];
  const made = await runProgram('openssl', [...request, ...files]);
  if (made.code !== 0) throw new Error(`openssl made no key: ${made.stderr}`);
}

const metadataUrl = ({ host, port }: ShibbolethSpSettings, application: string): string =>
  `http://${host}:${port}${application}/Shibboleth.sso/Metadata`;

function describeApplication(
  settings: ShibbolethSpSettings,
  application: string,
  entityId: string,
): ShibbolethApplication {
  const baseUrl = `http://${settings.host}:${settings.port}${application}`;
  const secureUrl = `${baseUrl}/secure`;
  return {
    entityId,
    secureUrl,
    metadata: async () => {
      const response = await fetch(metadataUrl(settings, application));
      if (!response.ok) throw new Error(`the SP answered ${response.status} instead of its metadata`);
      return response.text();
    },
    loginUrl: (ask = {}) => `${baseUrl}/Shibboleth.sso/Login?${new URLSearchParams({ target: secureUrl, ...ask })}`,
  };
}

function describeSp(settings: ShibbolethSpSettings, processes: readonly RunningProcess[]): ShibbolethSp {
  const byName = (name: string): ShibbolethApplication => {
    const application = settings.applications.find((one) => one.name === name);
    if (application === undefined) throw new Error(`no application ${name} was asked for`);
    return describeApplication(settings, `/${name}`, application.entityId);
  };
  const logFiles = ['shibd.log', 'native.log', 'apache.log'];
  return {
    ...describeApplication(settings, '', settings.entityId),
    baseUrl: `http://${settings.host}:${settings.port}`,
    second: byName('second'),
    variant: byName,
    logs: async () => {
      const texts = logFiles.map(async (name) => `--- ${name}\n${await readLog(join(settings.folder, name))}`);
      return [...processes.map((running) => running.output()), ...(await Promise.all(texts))].join('\n');
    },
    stop: async () => {
      await Promise.all(processes.map((running) => running.stop()));
    },
  };
}

const readLog = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '(nothing)');

const isListening = async (folder: string): Promise<boolean> =>
  (await readLog(join(folder, 'shibd.log'))).includes('listener service starting');

/** Polls until `check` holds; gives up after a minute, or at once when one of the processes has ended. */
async function waitUntil(
  what: string,
  check: () => Promise<boolean>,
  processes: readonly RunningProcess[],
): Promise<void> {
  const deadline = performance.now() + 60_000;
  const ended = Promise.race(processes.map((running) => running.exited.then(() => 'ended' as const)));
  while (!(await check().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`gave up waiting: ${what}`);
    const pause = new Promise((resolve) => setTimeout(resolve, 50));
    if ((await Promise.race([ended, pause])) === 'ended') throw new Error(`a program ended while waiting: ${what}`);
  }
}

/**
 * The environment that a protected page printed: what the SP says of the session (`Shib_AuthnContext_Class` …) and the
 * attributes by the ids of the attribute map, several values joined by `;`. CGI turns every `-` of a name into `_`.
 *
 * @throws Error when it is not such a page
 */
export function readEnvironment(html: string): Readonly<Record<string, string>> {
  const encoded = /<p id="environment"[^>]*>([A-Za-z0-9+/=]+)<\/p>/.exec(html)?.[1];
  if (encoded === undefined) throw new Error(`not a page of the protected site:\n${html}`);
  const lines = Buffer.from(encoded, 'base64').toString('utf8').split('\0');
  return Object.fromEntries(
    lines
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
