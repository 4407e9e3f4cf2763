import { linkSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openConfiguredStores, openMetadataRecords, readSealingKeys } from '../../packages/assembly/src/index.ts';
import { loadConfig } from '../../packages/config/src/index.ts';
import { type RunningServer, startServer } from '../serverProcess.ts';
import { federationCertificate, federationServer, makeFederation } from './makeFederation.ts';

/** A federation on this machine, which can publish the one and the other version of its aggregate. */
export type Federation = {
  readonly url: string;
  /** The next version counts from now on. */
  publish(): void;
  /** Nobody answers any more. */
  goDown(): Promise<void>;
  remove(): Promise<void>;
};

/** @param count of its entities */
export async function startFederation(count: number): Promise<Federation> {
  const folder = mkdtempSync(join(tmpdir(), 'gakumon-federation-'));
  const versions = [0, 1].map((version) => join(folder, `version-${version}.xml`));
  for (const [version, file] of versions.entries()) await makeFederation(file, count, version);
  const published = join(folder, 'published.xml');
  let next = 0;
  const publish = (): void => {
    linkSync(versions[next % versions.length] ?? '', `${published}.new`);
    renameSync(`${published}.new`, published);
    next += 1;
  };
  publish();
  let server: RunningServer | undefined = await startServer([federationServer, published]);
  const goDown = async (): Promise<void> => {
    await server?.stop();
    server = undefined;
  };
  return {
    url: server.url,
    publish,
    goDown,
    remove: async () => {
      await goDown();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Has a node ask this federation. @param folder of the node, with its gakumon.yaml */
export function joinFederation(folder: string, url: string): void {
  const file = join(folder, 'gakumon.yaml');
  const source = JSON.stringify({ name: 'federation', url, cert: [federationCertificate] });
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/^( +)- \{ name: local, directory: metadata.*$/m, `$&\n$1- ${source}`));
}

/** What operators tell a node and ask about it. */
export type Operator = {
  /** As `gakumon metadata refresh` does for the other nodes. */
  orderRefresh(): Promise<void>;
  close(): Promise<void>;
};

export async function openOperator(folder: string): Promise<Operator> {
  const config = await loadConfig(join(folder, 'gakumon.yaml'), process.env);
  const stores = await openConfiguredStores(config, { clock: Date.now, env: process.env });
  const { orders } = openMetadataRecords(stores.sealed, await readSealingKeys(config, process.env));
  return {
    orderRefresh: () => orders.give({ kind: 'refresh', source: 'federation', at: Date.now() }),
    close: () => stores.close(),
  };
}

/** Waits until a node has brought something new into force. @param count how often it did so far */
export async function waitForAdoption(lines: readonly string[], count: number): Promise<void> {
  while (countAdoptions(lines) <= count) await pause(20);
}

export const countAdoptions = (lines: readonly string[]): number =>
  lines.filter((line) => line.includes('metadata in force')).length;
