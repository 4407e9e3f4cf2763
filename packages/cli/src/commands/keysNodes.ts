import type { KeyUse } from '@gakumon/assembly';
import type { Config } from '@gakumon/config';
import type { CliContext } from '../context.ts';
import { refuseUsage } from '../failure.ts';

/** Records in PostgreSQL are made for several nodes. */
export const areSeveral = (config: Config): boolean => config.stores.records.kind === 'postgres';

/** @throws GakumonError `usage-wrong` when there may be nodes of which nobody said that they have the keys */
export function requireCopied(config: Config, isCopied: boolean, why: string): void {
  if (!areSeveral(config) || isCopied) return;
  refuseUsage(
    `the records are in PostgreSQL, so there may be several nodes: copy ${config.keys.directory} to every node first, since ${why}; then say --copied`,
  );
}

export function adviseCopying({ terminal }: CliContext, config: Config): void {
  if (areSeveral(config)) {
    terminal.say('hint', `copy ${config.keys.directory} to every other node now; each follows within seconds`);
  }
}

/** @throws GakumonError `usage-wrong` */
export function parseKeyUse(text: string | undefined): KeyUse | undefined {
  if (text === undefined || text === 'signing' || text === 'encryption') return text;
  return refuseUsage(`"${text}" is no kind of key; there are signing and encryption`);
}
