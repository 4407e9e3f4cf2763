import { aclSetUser, commandTable } from './commands.ts';
import { type KeyRow, keyTable } from './keys.ts';
import { mostSessionsOfPerson } from './sessions/personIndex.ts';
import { formatVersion, graceMs } from './storedValue.ts';

/** `docs/redis-keys.md`: what operators see in Redis, made from the tables that the program itself uses. */
export function writeKeysDocument(prefix: string): string {
  return `# What Gakumon keeps in Redis

<!-- Made from packages/stores/src/redis/keys.ts and commands.ts. After a change there: GAKUMON_UPDATE_DOCS=1, then the test keysDocument. -->

Redis 6.2 or newer, or Valkey; one server, Sentinel, or Cluster. Every key ends by itself, and there is nothing to clean up. Every
command has its keys on one server of a Cluster.

## Keys
\`${prefix}\` is the prefix of \`stores.sessions\`.

${table(
  ['key', 'what it holds', 'how long', 'written by'],
  Object.values(keyTable).map((row: KeyRow) => [`\`${prefix}${row.pattern}\``, row.holds, row.lasts, row.port]),
)}

- A hash is the first 16 octets of SHA-256, base64url. What visitors send never is a key, and no key opens anything: a session's id is
  made from the token in its cookie, and the token reaches neither Redis nor the records.
- A key stays ${graceMs / 1000} seconds longer than what it holds counts. The end is part of the value, and each node compares it with its own clock; the
  surplus keeps marks that stop a replay until the slowest clock has come to the end too.
- A person's index is written before the session, and may name sessions that are gone; reading it tidies up. With more than
  ${mostSessionsOfPerson.toLocaleString('en')} sessions of one person the one that ends first goes.

## Values
Each begins with the version of its form, at present ${formatVersion}. A release reads its own version and the one before, and writes a new one only when the
release before it reads that already; so nodes of two successive releases share one Redis, and an upgrade ends no session. A session,
a begun login or a person's index of another form is as good as none: it is thrown away, told of once in the log by its id, and the person
logs in anew. A mark or a throttle of another form is \`store-unavailable\`: it is never taken for "nothing there". Times that cannot be
true make a value one of another form.

## Memory
About 650 octets for a session with one SP and 1.7 KB for one with eight, indexes included (10,000 sessions, Redis 7.0). The ring of cases
takes about 12 MB, and 250 MB when somebody floods it with the longest texts that it keeps; nothing else grows with what strangers send.
Set \`maxmemory-policy noeviction\`: a mark or a session that is thrown away is a replay that passes, or a person who must log in again.

## Rights
${table(
  ['for', 'commands'],
  commandTable.map(([what, commands]) => [
    what,
    commands.map((name) => name.replace('|', ' ').toUpperCase()).join(', '),
  ]),
)}

A user with these rights and no others:

\`\`\`
${aclSetUser('gakumon', 'PASSWORD', prefix)}
\`\`\`

\`gakumon check\` would also ask for CONFIG GET save, to tell whether Redis keeps anything on disk. It is not among the rights, since CONFIG
shows the passwords of the server.

The Sentinels need no user of Gakumon's; where they ask for a password, give \`sentinelUsername\` and \`sentinelPassword\`.
`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ').replaceAll('\n', ' ')} |`;
  // A bar inside a cell would end it
  const escaped = rows.map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  return [line(head), line(head.map(() => '---')), ...escaped.map(line)].join('\n');
}
