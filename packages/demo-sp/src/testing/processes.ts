import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { freePort, type RunningProcess, runProgram, startProcess, temporaryFolder, testKeys } from '@gakumon/testkit';

const root = resolve(import.meta.dirname, '../../../..');
const gakumon = join(root, 'bin/main.ts');
const main = join(import.meta.dirname, '../main.ts');

/** The environment of a demonstration process with the keys of the tests. */
export const demoEnvironment = (port: number, idp: string): Record<string, string> => ({
  GAKUMON_DEMO_PORT: String(port),
  GAKUMON_DEMO_KEY: testKeys.spSigning.privateKeyFile,
  GAKUMON_DEMO_CERTIFICATE: testKeys.spSigning.certificateFile,
  GAKUMON_DEMO_IDP: idp,
});

export const startDemo = (env: Record<string, string | undefined>, ipc = false): RunningProcess =>
  startProcess(process.execPath, ['--disable-warning=ExperimentalWarning', main], { env, ipc });

/** Our own IdP on `127.0.0.1`, set up by `gakumon init` as an operator would, with one student. */
export type RunningIdp = { readonly baseUrl: string; readonly folder: string };

/** @param services metadata of the service providers that it knows, by file name */
export async function startIdp(services: Readonly<Record<string, string>>): Promise<RunningIdp> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const texts = ['--scope', 'example.ac.jp', '--org-ja', '学問大学', '--org-en', 'Gakumon University'];
  const support = ['--support-url', 'https://www.example.ac.jp/help'];
  await run(['init', '--dir', folder, '--base-url', baseUrl, ...texts, ...support]);
  const passwordHash = (await run(['user', 'hash'], 'gakumon-demo\n')).trim();
  const attributes = { displayName: 'Gakumon Tarō', jaDisplayName: '𠮷野 太郎 <&>', affiliation: ['student'] };
  const people = [{ username: 's1234567', passwordHash, attributes }];
  const put = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);
  // JSON is YAML.
  await put('users.yaml', JSON.stringify({ version: 1, people }));
  await put('release.yaml', JSON.stringify({ version: 1, rules: [{ name: 'all', to: 'any', release: 'requested' }] }));
  for (const [name, metadata] of Object.entries(services)) await put(`metadata/${name}.xml`, metadata);
  const serving = startProcess(process.execPath, [gakumon, 'serve', '--config', join(folder, 'gakumon.yaml')]);
  await serving.waitFor(/^ready /);
  return { baseUrl, folder };
}

async function run(args: readonly string[], input = ''): Promise<string> {
  const done = await runProgram(process.execPath, [gakumon, ...args], { input });
  if (done.code !== 0) throw new Error(`gakumon ${args[0]} failed: ${done.stderr}`);
  return done.stdout;
}
