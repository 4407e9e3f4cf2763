import { normaliseUsername } from '@gakumon/directory';
import type { Case, CaseEvent, Cases } from '@gakumon/idp';
import { type CaseReference, type ErrorRow, errorTable, GakumonError } from '@gakumon/terms';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { type Fact, formatFacts, ifThere } from '../metadata/fact.ts';
import { isoTime, tellSecond } from '../metadata/moments.ts';
import { shellWord } from '../shellWord.ts';
import { formatTable } from '../table.ts';
import { withStaffIdp } from '../withStaffIdp.ts';

/** A refusal, and all refusals of the same login, itself among them, oldest first. */
type Found = { readonly entry: Case; readonly login: readonly Case[] };

export function addCase(program: Command, context: CliContext): void {
  program
    .command('case')
    .description('why somebody was refused, by the reference on the page (K7Q2-9F), and what led to it')
    .argument('<reference>')
    .option('--json', 'for scripts')
    .action((reference: string, options: { json?: true }) => show(context, reference, options.json === true));
}

async function show(context: CliContext, typed: string, json: boolean): Promise<void> {
  const found = await withStaffIdp(context, ({ idp }) => findCase(idp.cases, typed));
  context.terminal.print(json ? JSON.stringify(describe(found), undefined, 2) : tell(found));
}

/** @throws GakumonError `case-not-found` */
async function findCase(cases: Cases, typed: string): Promise<Found> {
  const entry = await cases.find(normaliseReference(typed));
  if (entry === undefined) throw new GakumonError('case-not-found', { detail: typed });
  const login = entry.attempt === undefined ? [] : await cases.listOfAttempt(entry.attempt);
  // The ring may have gone on in between
  return { entry, login: login.some(({ reference }) => reference === entry.reference) ? login : [...login, entry] };
}

/** As it is heard over the telephone: `k7q29f` is `K7Q2-9F`. */
function normaliseReference(typed: string): CaseReference {
  const letters = typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '');
  return `${letters.slice(0, 4)}-${letters.slice(4)}` as CaseReference;
}

function describe({ entry, login }: Found) {
  return {
    ...describeCase(entry),
    hint: hintOf(entry) ?? null,
    next: listLooks(entry),
    login: login.map(describeCase),
  };
}

function describeCase({ reference, at, code, detail, serviceProvider, username, address, timeline }: Case) {
  const about = { serviceProvider, username, address, detail };
  const told = Object.fromEntries(Object.entries(about).map(([name, value]) => [name, value ?? null]));
  const events = (timeline ?? []).map((event) => ({ ...event, at: isoTime(event.at) }));
  return { reference, at: isoTime(at), code, ...told, timeline: events };
}

function tell(found: Found): string {
  const { entry } = found;
  const facts: readonly Fact[] = [
    ['case', entry.reference],
    ['when', tellSecond(entry.at)],
    ['refused', entry.code],
    ['because', ...ifThere(entry.detail)],
    ['service', ...ifThere(entry.serviceProvider)],
    ['person', ...ifThere(entry.username)],
    ['address', ...ifThere(entry.address)],
    ['next', ...ifThere(hintOf(entry)), ...listLooks(entry)],
  ];
  const events = mergeEvents(found).map(({ at, kind, text }) => [tellSecond(at), kind, text]);
  return `${formatFacts(facts)}\n\n${formatTable(['when', 'what', 'in this login'], events)}`;
}

/** What happened in the login, each thing once: every refusal tells it anew from the beginning. */
function mergeEvents({ login }: Found): readonly { at: number; kind: string; text: string }[] {
  const told = login.flatMap(({ timeline }) => timeline ?? []);
  const once = new Map(told.map((event: CaseEvent) => [JSON.stringify([event.at, event.kind, event.text]), event]));
  const refusals = login.map(({ at, reference, code, detail }) => ({
    at,
    kind: 'refused',
    text: `${reference} ${code}${detail === undefined ? '' : `: ${detail}`}`,
  }));
  return [...once.values(), ...refusals].sort((one, other) => one.at - other.at);
}

/** What the desk should ask. */
const settingUpHints: Readonly<Record<string, string>> = {
  'otp-wrong':
    'ask which entry of the app the code is of: one from an earlier try or another account does not fit; delete it, and scan what the page shows now',
  'otp-drift': 'ask whether the phone sets its time by itself; nothing is set up yet',
  'otp-used': 'ask them to wait for the next code; nothing is set up yet',
  'passkey-wrong':
    'ask at which address the page is, and which device answered; nothing is set up yet, and they may begin anew',
};

/** The case may be one that only another release knows. */
function hintOf({ code, timeline = [] }: Case): string | undefined {
  const isSettingUp = timeline.some(({ kind, text }) => kind === 'tried' && text.includes(' while setting up'));
  if (isSettingUp && code in settingUpHints) return settingUpHints[code];
  return (errorTable as Readonly<Record<string, ErrorRow>>)[code]?.hint;
}

/** Where to look on. What a visitor typed is a command only when it is a name. */
function listLooks({ username, serviceProvider, address }: Case): string[] {
  if (username === undefined || normaliseUsername(username).username !== username) return [];
  const user = shellWord(username);
  if (address === undefined) return [`gakumon user show ${user}`];
  const sp = serviceProvider === undefined ? '' : ` --sp ${shellWord(serviceProvider)}`;
  const explain = `gakumon policy explain --user ${user}${sp} --ip ${shellWord(address)}`;
  return [`gakumon user show ${user}`, explain];
}
