import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assemble } from '@gakumon/assembly';
import { loadConfig } from '@gakumon/config';
import { hashPassword } from '@gakumon/directory';
import { freePort, testKeys } from '@gakumon/testkit';
import { afterAll } from '@jest/globals';
import { createLog, startServer } from '../index.ts';

/** A whole IdP as an operator would run it, made for one test file. */
export type RunningIdp = {
  /** e.g. `http://127.0.0.1:34567`; Shibboleth SPs and demonstration services of the tests live on `localhost`, another site. */
  readonly baseUrl: string;
  readonly entityId: string;
  /** Its own metadata, as served. */
  metadata(): Promise<string>;
  /** Registers a service provider as an operator does, by a file, and waits until the IdP knows it. */
  register(entityId: string, metadata: string): Promise<void>;
};

/** A person whose name has what breaks careless programs: a surrogate pair, a variant kanji, markup, quotes. */
export const student = {
  username: 's1234567',
  password: 'gakumon-demo',
  displayName: `Gakumon "Tarō" <&> O'Neill`,
  jaDisplayName: '𠮷野 髙子 <&"\'> ～学認—',
  mail: 's1234567@example.ac.jp',
} as const;

/** Somebody with an app for one-time codes; the same password as the student's. */
export const teacher = {
  username: 'f1234567',
  password: student.password,
  totpSecret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
} as const;

/** What has to be undone, in the order in which it was done. */
const running: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of running.splice(0).reverse()) await close();
});

/**
 * Starts an IdP with keys, people and release rules of its own on a free port; stopped after the last test of the file.
 * @param options.releaseRules more rules for release.yaml, as items of its list
 * @param options.policy the whole of policy.yaml; the browsers then say where they are, as a proxy would
 * @param options.settings the whole of sps.yaml
 * @param options.attributes the whole of attributes.yaml
 * @param options.people what the directory tells of more people, by their login names; their password is the student's
 * @param options.scopes the first one is `example.ac.jp` where nothing is said
 */
export async function startIdp({
  releaseRules = '',
  policy,
  settings,
  attributes,
  people = {},
  scopes = ['example.ac.jp'],
}: {
  readonly releaseRules?: string;
  readonly policy?: string;
  readonly settings?: string;
  readonly attributes?: string;
  readonly people?: People;
  readonly scopes?: readonly string[];
} = {}): Promise<RunningIdp> {
  const folder = await mkdtemp(join(tmpdir(), 'gakumon-judged-'));
  running.push(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const documents = {
    'release.yaml': releaseYaml,
    'policy.yaml': policy,
    'sps.yaml': settings,
    'attributes.yaml': attributes,
  };
  await writeFiles(folder, baseUrl, port, documents, { people, scopes });
  await appendFile(join(folder, 'release.yaml'), releaseRules);
  const parts = await assemble(await loadConfig(join(folder, 'gakumon.yaml'), {}), { report: () => {} });
  running.push(parts.close);
  const server = await startServer(parts, { log: createLog({ write: () => {} }) });
  running.push(server.close);
  return {
    baseUrl,
    entityId: parts.idp.entityId,
    metadata: async () => (await fetch(`${baseUrl}/idp/shibboleth`)).text(),
    register: async (entityId, metadata) => {
      await writeFile(join(folder, 'metadata', `${encodeURIComponent(entityId)}.xml`), metadata);
      const deadline = performance.now() + 10_000;
      while ((await parts.serviceProviders.find(entityId)) === undefined) {
        if (performance.now() > deadline) throw new Error(`the IdP took no notice of ${entityId}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
}

type People = Readonly<Record<string, { readonly groups?: readonly string[]; readonly attributes: object }>>;
type Documents = Readonly<Record<`${string}.yaml`, string | undefined>>;

async function writeFiles(
  folder: string,
  baseUrl: string,
  port: number,
  documents: Documents,
  { people, scopes }: { readonly people: People; readonly scopes: readonly string[] },
): Promise<void> {
  const put = (name: string, text: string) => writeFile(join(folder, name), text);
  await Promise.all(['certs', 'metadata', 'var'].map((name) => mkdir(join(folder, name))));
  await put('certs/signing.key', testKeys.idpSigning.privateKeyPem);
  await put('certs/signing.crt', testKeys.idpSigning.certificatePem);
  await put('certs/encryption.key', testKeys.idpEncryption.privateKeyPem);
  await put('certs/encryption.crt', testKeys.idpEncryption.certificatePem);
  await put('certs/sealing.key', Buffer.alloc(32, 'sealing').toString('base64'));
  await put('certs/persistent-id.salt', 'a salt that everybody knows');
  const given = Object.entries(documents).flatMap(([name, text]) => (text === undefined ? [] : [{ name, text }]));
  for (const { name, text } of given) await put(name, text);
  const named = given.map(({ name }) => `${name.replace('.yaml', '')}: ${name}`);
  await put('gakumon.yaml', writeConfig(baseUrl, port, named, scopes));
  await put('users.yaml', await writeUsers(people));
}

const writeConfig = (
  baseUrl: string,
  port: number,
  documents: readonly string[],
  scopes: readonly string[],
): string => `version: 1
idp:
  entityId: ${baseUrl}/idp/shibboleth
  baseUrl: ${baseUrl}
  scopes: [${scopes.join(', ')}]
  organization: { ja: 学問大学, en: Gakumon University }
  supportUrl: https://www.example.ac.jp/help
  contacts: [{ type: technical, name: Help desk, email: help@example.ac.jp }]
listen: { port: ${port}, trustedProxies: [127.0.0.1/32] }
directory: [{ name: local, file: users.yaml }]
metadata: { sources: [{ name: services, directory: metadata, unsigned: true }] }
documents: { ${documents.join(', ')} }
`;

const releaseYaml = `version: 1
rules:
  - name: members
    to: any
    release:
      - eduPersonPrincipalName
      - eduPersonScopedAffiliation
      - eduPersonTargetedID
      - displayName
      - jaDisplayName
      - mail
      - eduPersonAssurance
`;

async function writeUsers(people: People): Promise<string> {
  const passwordHash = await hashPassword(student.password);
  const { displayName, jaDisplayName, mail } = student;
  const person = {
    username: student.username,
    passwordHash,
    attributes: { displayName, jaDisplayName, mail, affiliation: ['student', 'member'] },
  };
  // JSON is YAML, and escapes what needs it.
  const second = {
    username: teacher.username,
    passwordHash,
    totpSecret: teacher.totpSecret,
    attributes: { affiliation: ['faculty', 'member'] },
  };
  const others = Object.entries(people).map(([username, told]) => ({ username, passwordHash, ...told }));
  return JSON.stringify({ version: 1, people: [person, second, ...others] });
}
