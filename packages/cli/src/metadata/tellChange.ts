import type { EntityChange } from '@gakumon/metadata';
import { chooseText } from '@gakumon/terms';
import { count } from '../count.ts';
import { plain } from '../plain.ts';
import { isoTime, tellDay } from './moments.ts';

const marks = { came: '+', went: '-', changed: '~' } as const;

/** What became of one service provider: a line, and below it what changed. */
export function tellChange(change: EntityChange): readonly string[] {
  const name = chooseText(change.names, 'en');
  const used = change.lastUse === undefined ? '' : `, last login here ${tellDay(change.lastUse)}`;
  const line = `${marks[change.kind]} ${change.entityId}${name === undefined ? '' : ` (${name})`}${used}`;
  const below = change.kind !== 'changed' ? [] : change.changes.flatMap(tellAspect);
  return [line, ...below.map((text) => `    ${text}`)].map(plain);
}

type Aspect = Extract<EntityChange, { kind: 'changed' }>['changes'][number];

function tellAspect({ aspect, removed, added }: Aspect): readonly string[] {
  const label = aspect.replaceAll('-', ' ');
  if (removed.length + added.length === 0) return ['something else'];
  return [...removed.map((value) => `${label}: - ${value}`), ...added.map((value) => `${label}: + ${value}`)];
}

/** The JSON that `metadata diff` prints, one per service provider. */
export function describeChange(source: string, change: EntityChange) {
  const { kind, entityId, names, lastUse } = change;
  const changes = change.kind === 'changed' ? { changes: change.changes } : {};
  return { source, entityID: entityId, change: kind, names, lastUse: isoTime(lastUse), ...changes };
}

export type ChangeCounts = { readonly came: number; readonly went: number; readonly changed: number };

/** `2 came, 1 went, 3 changed`; `nobody came, went or changed`. */
export function tellCounts({ came, went, changed }: ChangeCounts): string {
  const told = [came > 0 && `${came} came`, went > 0 && `${went} went`, changed > 0 && `${changed} changed`];
  return told.filter((one) => one !== false).join(', ') || 'nobody came, went or changed';
}

/** The same of changes that were gone through, with how many of those concerned people use here. */
export function tellUsedCounts(counts: ChangeCounts & { readonly used: number }): string {
  const used = counts.used === 0 ? '' : `; ${count(counts.used, 'of them was', 'of them were')} used here lately`;
  return tellCounts(counts) + used;
}
