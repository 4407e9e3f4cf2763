import type { RecordsStatus } from '@gakumon/assembly';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { formatTable } from '../table.ts';
import { readConfig } from '../withConfig.ts';

export function addRecordsStatus(records: Command, context: CliContext): void {
  records
    .command('status')
    .description('which database it is, its schema, and what is in it; changes nothing')
    .option('--json', 'for scripts')
    .action((options: { json?: true }) => status(context, options.json === true));
}

async function status(context: CliContext, json: boolean): Promise<void> {
  const config = await readConfig(context);
  const { openConfiguredExchange } = await import('@gakumon/assembly');
  const found = await (await openConfiguredExchange(config, context.env)).status();
  const { print } = context.terminal;
  if (json) print(JSON.stringify(toJson(found), undefined, 2));
  else print(formatTable(['', ''], listFacts(found, context.clock())).trimStart());
}

function toJson({ engine, place, schema, rows, size, newestEvent, sealingKeys }: RecordsStatus) {
  return {
    engine,
    place,
    schema,
    size: size ?? null,
    newestEvent: newestEvent === undefined ? null : new Date(newestEvent).toISOString(),
    sealingKeys,
    rows: inUse(rows),
  };
}

/** A table that only older schemas use is told of while something is in it. */
function inUse({ sso_sessions: former = 0, ...rows }: RecordsStatus['rows']): RecordsStatus['rows'] {
  return former > 0 ? { ...rows, sso_sessions: former } : rows;
}

function listFacts(
  { engine, place, schema, rows, size, newestEvent, sealingKeys }: RecordsStatus,
  now: number,
): string[][] {
  const counts = Object.entries(rows).filter(([, count]) => count > 0);
  return [
    ['engine', engine],
    ['where', place],
    ['schema', describeSchema(schema)],
    ...(size === undefined ? [] : [['size', `${(size / 1_000_000).toFixed(1)} MB`]]),
    ...(newestEvent === undefined ? [] : [['newest event', describeAge(newestEvent, now)]]),
    ...(sealingKeys.length === 0 ? [] : [['sealing keys', sealingKeys.join(', ')]]),
    ...counts.map(([table, count], index) => [index === 0 ? 'rows' : '', `${table} ${count}`]),
  ];
}

function describeSchema({ found, target }: RecordsStatus['schema']): string {
  if (found === 0) return 'none yet: the first start, or gakumon records migrate, makes it';
  if (found > target) return `${found}, which is newer than this Gakumon: it knows up to ${target}`;
  return found === target
    ? `${found}`
    : `${found}: the first start, or gakumon records migrate, brings it to ${target}`;
}

function describeAge(at: number, now: number): string {
  const minutes = Math.max(0, Math.floor((now - at) / 60_000));
  const age =
    minutes < 120
      ? `${minutes} min`
      : minutes < 2880
        ? `${Math.floor(minutes / 60)} h`
        : `${Math.floor(minutes / 1440)} d`;
  return `${new Date(at).toISOString()} (${age} ago)`;
}
