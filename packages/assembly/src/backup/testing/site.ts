import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Config, loadConfig } from '@gakumon/config';
import { openConfiguredExchange } from '../recordsFile.ts';

const head = `version: 1
idp:
  entityId: https://idp.example.ac.jp/idp/shibboleth
  baseUrl: https://idp.example.ac.jp
  scopes: [example.ac.jp]
  organization: { ja: 例の大学, en: Example University }
`;

export type Site = { readonly folder: string; readonly config: Config };

/**
 * Writes an installation and its database, with somebody in it.
 * @param rest of gakumon.yaml
 * @param files by their paths, relative to the folder or absolute
 */
export async function makeSite(folder: string, rest: string, files: Readonly<Record<string, string>>): Promise<Site> {
  const all = { 'gakumon.yaml': head + rest, ...files };
  for (const [path, content] of Object.entries(all)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { mode: path.startsWith('certs') ? 0o600 : 0o644 });
  }
  const config = await loadConfig(join(folder, 'gakumon.yaml'), {});
  if (config.stores.records.kind === 'sqlite') await logSomebodyIn(config, config.stores.records.file);
  return { folder, config };
}

async function logSomebodyIn(config: Config, file: string): Promise<void> {
  await (await openConfiguredExchange(config, {})).migrate();
  const database = new DatabaseSync(file);
  database.exec(`insert into sessions values ('id', 's1234567', '[]', '[]', 1, 2, 3, 'x')`);
  database.close();
}

/** The people whose sessions are in a database. */
export function sessionsIn(file: string): unknown[] {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database.prepare('select username from sessions').all();
  database.close();
  return rows.map(({ username }) => username);
}

/** Every path in a folder, hidden ones too, with the text of the files. */
export async function contentOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const content: Record<string, string> = {};
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    content[path.slice(folder.length + 1)] = entry.isDirectory() ? '/' : await readFile(path, 'latin1');
  }
  return content;
}
