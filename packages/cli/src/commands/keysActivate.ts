import type { KeyUse, SamlKeyList, SamlKeyState } from '@gakumon/assembly';
import { hours } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { refuseUsage } from '../failure.ts';
import { readConfig } from '../withConfig.ts';
import { adviseCopying, parseKeyUse, requireCopied } from './keysNodes.ts';

type Options = {
  readonly force?: true;
  readonly back?: true;
  readonly copied?: true;
  readonly json?: true;
};

export function addKeysActivate(keys: Command, context: CliContext): void {
  keys
    .command('activate')
    .description('use the next SAML key from now on; the former one stays published')
    .argument('[use]', 'signing or encryption; each that has a next one when neither is said')
    .option('--force', 'although it is not published for 15 days yet, so that some services do not know it')
    .option('--back', 'undo it: the former key is used again, and the current one waits as before')
    .option('--copied', 'every node has the directory of keys, with the next one in it, already')
    .option('--json', 'for scripts')
    .action((use: string | undefined, options: Options) => activate(context, parseKeyUse(use), options));
  keys
    .command('published')
    .description('write down that the federation has published the next SAML key; the 15 days run from then')
    .argument('[use]', 'signing or encryption; each that has a next one when neither is said')
    .option('--on <date>', 'the day, such as 2026-04-08, or a time in ISO 8601; else now')
    .option('--json', 'for scripts')
    .action((use: string | undefined, options: { on?: string; json?: true }) =>
      tellPublished(context, parseKeyUse(use), options),
    );
}

async function activate(context: CliContext, use: KeyUse | undefined, options: Options): Promise<void> {
  const force = options.force === true;
  const back = options.back === true;
  if (force && back) refuseUsage('--back needs no --force');
  const config = await readConfig(context);
  requireCopied(config, options.copied === true, 'each must publish the key before one of them uses it');
  const { activateNextKey, changeSamlKeyList, reactivateFormerKey } = await import('@gakumon/assembly');
  const now = context.clock();
  const { uses, list } = await change(changeSamlKeyList, config.keys.directory, use, back ? 'former' : 'next', {
    one: (before, kind) =>
      back ? reactivateFormerKey(before, kind, now) : activateNextKey(before, kind, { now, force }),
  });
  const current = list.filter((entry) => entry.state === 'current' && uses.includes(entry.use));
  const { terminal } = context;
  if (options.json === true) {
    const activated = current.map((entry) => ({ use: entry.use, certificate: entry.certificate }));
    terminal.print(JSON.stringify({ activated }, undefined, 2));
  } else {
    for (const entry of current) {
      const what = entry.use === 'signing' ? 'signs' : 'is the first to encrypt to';
      terminal.print(`${entry.certificate} ${what} from now on`);
    }
  }
  adviseCopying(context, config);
  if (back) return;
  const only = use === undefined ? '' : ` ${use}`;
  terminal.say(
    'hint',
    `try a login (gakumon keys activate${only} --back undoes it); then take the former one out: gakumon keys retire${only}`,
  );
}

async function tellPublished(
  context: CliContext,
  use: KeyUse | undefined,
  options: { readonly on?: string; readonly json?: true },
): Promise<void> {
  const now = context.clock();
  const at = parseDay(options.on, now);
  const config = await readConfig(context);
  const { activationAllowedFrom, changeSamlKeyList, findSamlKey, setPublished } = await import('@gakumon/assembly');
  const { uses, list } = await change(changeSamlKeyList, config.keys.directory, use, 'next', {
    one: (before, kind) => setPublished(before, kind, at),
  });
  const told = uses.map((kind) => {
    const published = findSamlKey(list, kind, 'next')?.published ?? at;
    const from = activationAllowedFrom({ published }) ?? at;
    return { use: kind, published: new Date(published).toISOString(), activationAllowed: new Date(from).toISOString() };
  });
  const { terminal } = context;
  if (options.json === true) terminal.print(JSON.stringify({ next: told }, undefined, 2));
  else for (const one of told) terminal.print(`the next ${one.use} key may be used from ${one.activationAllowed}`);
  adviseCopying(context, config);
}

/** A day of the calendar has begun in Japan when it has not in UTC yet. */
function parseDay(text: string | undefined, now: number): number {
  if (text === undefined) return now;
  const at = /^\d{4}-\d{2}-\d{2}(T\S+)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) refuseUsage(`"${text}" is no date; such as 2026-04-08`);
  if (at > now + hours(14)) refuseUsage(`${text} is in the future`);
  return Math.min(at, now);
}

/** Changes one use, or each that has a key in the state in question, all in one step. */
export async function change(
  changeList: (directory: string, change: (list: SamlKeyList) => SamlKeyList) => Promise<SamlKeyList>,
  directory: string,
  use: KeyUse | undefined,
  state: SamlKeyState,
  { one }: { readonly one: (list: SamlKeyList, use: KeyUse) => SamlKeyList },
): Promise<{ readonly uses: readonly KeyUse[]; readonly list: SamlKeyList }> {
  let uses: readonly KeyUse[] = [];
  const list = await changeList(directory, (before) => {
    const having = [...new Set(before.filter((entry) => entry.state === state).map((entry) => entry.use))];
    // With none, the change itself says what is missing.
    uses = use === undefined ? (having.length === 0 ? ['signing'] : having) : [use];
    return uses.reduce(one, before);
  });
  return { uses, list };
}
