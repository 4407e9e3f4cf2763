import type { ReleaseRules } from '@gakumon/attributes';
import { type Config, loadPeople, loadReleaseRules, loadServiceProviderSettings } from '@gakumon/config';
import { createFileDirectory, createHashingQueue, type Directory } from '@gakumon/directory';
import type { ServiceProviderSettings } from '@gakumon/idp';
import type { EntityId } from '@gakumon/terms';
import type { Report } from './notice.ts';
import { toServiceProviderSettings } from './serviceProviderSettings.ts';
import { listUnknownAttributes } from './unknownAttributes.ts';
import { fixedDocument, type WatchedDocument, watchDocument } from './watchedDocument.ts';

/** Everything but gakumon.yaml: versioned values that are swapped whole when their file changes. */
export type Documents = {
  readonly directories: readonly Directory[];
  readonly releaseRules: () => ReleaseRules;
  readonly settingsOf: (serviceProvider: EntityId) => ServiceProviderSettings;
  readonly refresh: () => Promise<void>;
};

/** @throws GakumonError `document-invalid`, `file-unreadable` for what is bad at the start */
export async function openDocuments(config: Config, report: Report): Promise<Documents> {
  // One queue for all directories: together they must not take all memory or threads for hashing.
  const queue = createHashingQueue({ running: 2, waiting: 400 });
  const load = async (file: string) => {
    const loaded = await loadPeople(file);
    for (const { name: attribute, username } of listUnknownAttributes(loaded, config)) {
      report({ level: 'warn', message: 'nothing reads this attribute', fields: { file, attribute, username } });
    }
    return loaded;
  };
  const people = await Promise.all(
    config.directory.map(async ({ name, file }) => ({ name, document: await watchDocument(file, load, report) })),
  );
  const release = await open<ReleaseRules>(config.documents.release, loadReleaseRules, [], report);
  const settings = await open<ReadonlyMap<string, ServiceProviderSettings>>(
    config.documents.sps,
    loadSettingsByEntity,
    new Map(),
    report,
  );
  const watched = [...people.map(({ document }) => document), release, settings];
  return {
    directories: people.map(({ name, document }) => createFileDirectory(name, document.current, queue)),
    releaseRules: release.current,
    settingsOf: (entityId) => settings.current().get(entityId) ?? toServiceProviderSettings(undefined),
    refresh: async () => {
      await Promise.all(watched.map((document) => document.refresh()));
    },
  };
}

function open<T>(
  file: string | undefined,
  load: (file: string) => Promise<T>,
  absent: T,
  report: Report,
): Promise<WatchedDocument<T>> | WatchedDocument<T> {
  return file === undefined ? fixedDocument(absent) : watchDocument(file, load, report);
}

async function loadSettingsByEntity(file: string): Promise<ReadonlyMap<string, ServiceProviderSettings>> {
  const entries = await loadServiceProviderSettings(file);
  return new Map(entries.map((entry) => [entry.entityId, toServiceProviderSettings(entry)]));
}
