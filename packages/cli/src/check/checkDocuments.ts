import type { DocumentReport } from '@gakumon/assembly';
import {
  type Config,
  loadRelease,
  loadServiceProviderSettings,
  parseRelease,
  parseServiceProviderSettings,
} from '@gakumon/config';
import type { ServiceProviders } from '@gakumon/metadata';
import { count } from '../count.ts';
import { attempt } from './attempt.ts';
import { checkAttributes, recipesInForce } from './checkAttributes.ts';
import { checkPeople } from './checkPeople.ts';
import { checkPolicy, type PolicyGround } from './checkPolicy.ts';
import { checkRelease } from './checkRelease.ts';
import type { Finding } from './finding.ts';
import type { LdapVocabularies } from './ldapVocabularies.ts';
import { loadInForce } from './loadInForce.ts';

/**
 * People and documents can be read, and name only groups, sources and service providers that exist.
 * @param reports how the files stand to what is published; empty when nobody can tell
 * @param beside what the records say of people and LDAP servers of themselves, and the time
 */
export async function checkDocuments(
  config: Config,
  known: ServiceProviders | undefined,
  reports: readonly DocumentReport[],
  beside: Pick<PolicyGround, 'enrolled' | 'now'> & { readonly vocabularies?: LdapVocabularies },
): Promise<readonly Finding[]> {
  const { findings, people, groups } = await checkPeople(
    config,
    reports,
    await recipesInForce(config, reports),
    beside.now,
  );
  const { release, sps } = config.documents;
  return [
    ...findings,
    ...(await checkAttributes(config, reports, people, beside.vocabularies)),
    ...(release === undefined
      ? []
      : await attempt('document', async () =>
          checkRelease(release, await loadInForce(reports, release, loadRelease, parseRelease), {
            config,
            groups,
            known,
          }),
        )),
    ...(sps === undefined ? [] : await attempt('document', () => checkSettings(sps, config, known, reports))),
    ...(await checkPolicy(config, { people, groups, known, ...beside }, (file, load, parse) =>
      loadInForce(reports, file, load, parse),
    )),
  ];
}

async function checkSettings(
  file: string,
  config: Config,
  known: ServiceProviders | undefined,
  reports: readonly DocumentReport[],
): Promise<readonly Finding[]> {
  const entries = await loadInForce(reports, file, loadServiceProviderSettings, parseServiceProviderSettings);
  const { previewEncryption } = await import('@gakumon/assembly');
  const doubts: Finding[] = [];
  for (const entry of known === undefined ? [] : entries) {
    const serviceProvider = await known?.find(entry.entityId);
    if (serviceProvider === undefined) {
      doubts.push(warning(`${file}: no metadata tells of ${entry.entityId}`));
      continue;
    }
    const encryption = previewEncryption(config, serviceProvider, entry);
    if (encryption.kind === 'impossible') {
      doubts.push(warning(`${file}: nobody can log in at ${encryption.detail}`));
    }
  }
  return [
    { level: 'ok', about: 'document', message: `${file}: ${count(entries.length, 'service provider')}` },
    ...doubts,
  ];
}

const warning = (message: string): Finding => ({ level: 'warn', about: 'document', message });
