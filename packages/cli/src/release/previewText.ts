import type { EncryptionChoice } from '@gakumon/idp';
import type { Person } from '@gakumon/terms';
import { type Fact, formatFacts, ifThere } from '../metadata/fact.ts';
import { tellSecond } from '../metadata/moments.ts';
import { formatTable } from '../table.ts';
import { tellAssurance } from './previewAssurance.ts';
import type { Preview } from './previewRelease.ts';
import { tellIdentifier, tellValue } from './tellValue.ts';

/** A preview for reading: what goes, what stays, and what never came so far. */
export function previewText(preview: Preview): string {
  const { person, serviceProvider, release, encryption, refusal, assurance } = preview;
  const { format, value } = release.nameId;
  const facts: readonly Fact[] = [
    ['person', tellPerson(person)],
    ['account', ...tellAccount(person)],
    ['service', `${serviceProvider.entityId} (source ${serviceProvider.source})`],
    ['access', ...(refusal === undefined ? ['permitted'] : [`refused by the rule ${refusal.rule}: ${refusal.reason}`])],
    ['NameID', `${shortName(format)} ${tellIdentifier(value)}`],
    ['may be asked for', tellFormats(preview)],
    ['encrypted', tellEncryption(encryption)],
    ['assurance', ...(assurance === undefined ? [] : tellAssurance(assurance))],
    ['sources away', ...ifThere(person.sourcesAway?.join(', ') || undefined)],
  ];
  const blocks = [tellGoing(preview), tellStaying(preview), tellWithheld(preview)];
  return [formatFacts(facts), ...blocks.filter((block) => block !== undefined)].join('\n\n');
}

const shortName = (format: string): string => format.replace(/^.*:nameid-format:/, '');

/** By NameIDPolicy. */
function tellFormats({ release: { nameIdFormats }, usualNameIdFormat }: Preview): string {
  const names = nameIdFormats.permitted.map(
    (format) => `${shortName(format)}${format === usualNameIdFormat ? ' (given where nothing is asked)' : ''}`,
  );
  return names.join(', ');
}

function tellPerson({ username, directory, groups }: Person): string {
  return `${username}, of the directory ${directory}, ${groups.length === 0 ? 'in no group' : `in ${groups.join(', ')}`}`;
}

function tellAccount({ account: { closed, password } }: Person): string[] {
  return [
    ...(closed === undefined ? [] : [`nobody logs in with it: ${closed.reason}`]),
    ...(password?.kind === 'must-change' ? ['its password must be changed first'] : []),
    ...(password?.kind === 'expired' ? ['its password has expired'] : []),
    ...(password?.kind === 'expires' ? [`its password expires at ${tellSecond(password.at)}`] : []),
  ];
}

function tellEncryption(choice: EncryptionChoice): string {
  if (choice.kind === 'clear') return 'no';
  if (choice.kind === 'impossible') return `impossible, so nobody can log in: ${choice.detail}`;
  return `${choice.cipher}, ${choice.keyTransport}, certificate ${choice.recipient.fingerprint}`;
}

function tellGoing({ release: { decisions }, refusal, person: { account } }: Preview): string {
  const rows = decisions.flatMap(({ attribute, values, isRequired, rule = '', reason }) =>
    values.map((value, at) => {
      const first = at === 0;
      const asked = isRequired === undefined ? '' : isRequired ? 'required' : 'optional';
      return first ? [attribute.definition.id, tellValue(value), asked, rule, reason] : ['', tellValue(value)];
    }),
  );
  if (rows.length === 0) return 'no attribute goes';
  const goes = refusal === undefined && account.closed === undefined ? 'goes' : 'would go';
  return formatTable([goes, 'value', 'asked for', 'rule', 'because'], rows);
}

function tellStaying({ release: { decisions } }: Preview): string | undefined {
  const rows = decisions.flatMap(({ attribute, kept }) =>
    kept.map(({ value, rule = '', reason }, at) => {
      const before = kept[at - 1];
      const isSame = before !== undefined && before.rule === (rule || undefined) && before.reason === reason;
      const why = isSame ? ['', ''] : [rule, reason];
      return [at === 0 ? attribute.definition.id : '', ...why, tellValue(value)];
    }),
  );
  return rows.length === 0 ? undefined : formatTable(['stays', 'rule', 'because', 'value'], rows);
}

function tellWithheld({ release: { withheld } }: Preview): string | undefined {
  const rows = withheld.map(({ attribute, value, reason }) => [attribute, value, reason]);
  return rows.length === 0 ? undefined : formatTable(['never came so far', 'value', 'because'], rows);
}
