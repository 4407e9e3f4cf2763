import { openSource } from '@gakumon/assembly';
import type { Config, SourceConfig } from '@gakumon/config';
import type { CliContext } from '../context.ts';
import { attempt } from './attempt.ts';
import type { Finding } from './finding.ts';

type Surroundings = Pick<CliContext, 'env'>;

/** Every source of attributes is asked once, all at the same time, and whether it is asked for what people have. */
export async function checkSources(config: Config, surroundings: Surroundings): Promise<readonly Finding[]> {
  const asked = await Promise.all(config.sources.map((source) => checkSource(source, surroundings)));
  return [...asked.flat(), ...config.sources.flatMap((source) => doubtKey(source, config))];
}

async function checkSource(config: SourceConfig, surroundings: Surroundings): Promise<readonly Finding[]> {
  const findings = await attempt('source', () => ask(config, surroundings), hintFor(config));
  // What may be missing stops nobody
  const isBearable = config.whenAway === 'without';
  return findings.map((one) =>
    isBearable && one.level === 'fail' && one.hint === hintFor(config) ? { ...one, level: 'warn' } : one,
  );
}

async function ask(config: SourceConfig, { env }: Surroundings): Promise<readonly Finding[]> {
  const { name } = config;
  const { source } = await openSource(config, env, () => {});
  try {
    const troubles = (await source.check?.()) ?? [];
    const well: Finding = { level: 'ok', about: 'source', message: `${name}: ${describe(config)}` };
    return [well, ...troubles.map((trouble) => doubt(`${name}: ${trouble}`, 'what else there is answers meanwhile'))];
  } finally {
    await source.close?.();
  }
}

const hintFor = ({ name, whenAway }: SourceConfig): string =>
  whenAway === 'refuse'
    ? `nobody of its directories gets in until it answers; sources (${name}) says where it is, and whenAway: without lets them in without what it knows`
    : `people get in without what it knows; sources (${name}) says where it is`;

const doubt = (message: string, hint: string): Finding => ({ level: 'warn', about: 'source', message, hint });

function describe({ kind, whenAway }: SourceConfig): string {
  const away = whenAway === 'refuse' ? 'nobody gets in while it is away' : 'people get in while it is away';
  switch (kind.by) {
    case 'csv':
      return `the table ${kind.file}; ${away}`;
    case 'http':
      return `${counted(kind.urls.length, 'address', 'addresses')} of JSON; ${away}`;
    case 'sql':
      return `${counted(kind.databases.length, 'database', 'databases')}; ${away}`;
  }
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** What a source is asked by is what the directory tells, and has to be told there. */
function doubtKey(source: SourceConfig, config: Config): Finding[] {
  if (source.key === 'username') return [];
  return [...doubtOtherSource(source, config), ...doubtDirectories(source, config)];
}

/** Sources are asked all at once, so that none can be asked for what another one tells. */
function doubtOtherSource({ name, key }: SourceConfig, { sources }: Config): Finding[] {
  const teller = sources.find((other) => Object.hasOwn(other.attributes ?? {}, key));
  if (teller === undefined) return [];
  return [
    doubt(
      `${name}: its key "${key}" is told by the source ${teller.name}, and only what the directory tells can be a key`,
      `let the directory tell ${key}, or ask by another key`,
    ),
  ];
}

function doubtDirectories({ name, key, directories }: SourceConfig, { directory }: Config): Finding[] {
  return directory.flatMap((one) => {
    if (one.kind !== 'ldap' || (directories !== undefined && !directories.includes(one.name))) return [];
    const { only, names } = one.ldap.attributes;
    if (!only || Object.hasOwn(names, key)) return [];
    return [
      doubt(
        `${name}: the directory ${one.name} reads no attribute that is called "${key}", so that nobody of it is asked about`,
        `add ${key} to directory (${one.name}) ldap.attributes, or name the source's directories`,
      ),
    ];
  });
}
