import { resolve } from 'node:path';
import type { Config } from '@gakumon/config';
import type { CliContext } from '../context.ts';
import { readConfig } from '../withConfig.ts';
import { attempt } from './attempt.ts';
import { checkDirectories } from './checkDirectories.ts';
import { checkDocuments } from './checkDocuments.ts';
import { checkKeys } from './checkKeys.ts';
import { checkLdap } from './checkLdap.ts';
import { checkLdapNames } from './checkLdapNames.ts';
import { checkShared, describeShared } from './checkShared.ts';
import { checkSources } from './checkSources.ts';
import { checkSourcesMissed } from './checkSourcesMissed.ts';
import { checkStores } from './checkStores.ts';
import { checkSurroundings } from './checkSurroundings.ts';
import type { Finding } from './finding.ts';
import { readVocabularies } from './ldapVocabularies.ts';
import { listEnrolled } from './listEnrolled.ts';

const demonstration = ' (the demonstration of npm start, since nothing names another: --config)';

/** Found by falling back, not because somebody meant it. */
function isDemonstration({ configOption, env, cwd }: CliContext, { file }: Config): boolean {
  return configOption() === undefined && !env.GAKUMON_CONFIG && file === resolve(cwd, 'var/demo/gakumon.yaml');
}

/** Everything that would fail later, looked for now. Changes nothing, apart from making the database where there is none. */
export async function checkInstallation(context: CliContext): Promise<readonly Finding[]> {
  let config: Config | undefined;
  const configured = await attempt('config', async () => {
    config = await readConfig(context);
    return [
      {
        level: 'ok',
        about: 'config',
        message: `${config.file}${isDemonstration(context, config) ? demonstration : ''}`,
      },
    ];
  });
  if (config === undefined) return configured;
  const now = context.clock();
  const { findings, library } = await checkStores(config, context);
  try {
    const reports = library === undefined ? [] : await describeShared(config, context);
    const enrolled = library === undefined ? undefined : await listEnrolled(config, context);
    const vocabularies = await readVocabularies(config, context);
    return [
      ...configured,
      ...(await checkSurroundings(config, now)),
      ...(await checkKeys(config, context.env, now)),
      ...(await checkDocuments(config, library?.serviceProviders, reports, { enrolled, now, vocabularies })),
      ...(await checkShared(reports)),
      ...(await checkLdap(config, context)),
      ...checkLdapNames(config, vocabularies),
      ...(library === undefined ? [] : await checkDirectories(config, context)),
      ...(await checkSources(config, context)),
      ...(await checkSourcesMissed(config, reports)),
      ...findings,
    ];
  } finally {
    await library?.close();
  }
}
