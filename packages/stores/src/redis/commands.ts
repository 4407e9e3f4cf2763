/** Every command that reaches Redis, and what for. `docs/redis-keys.md` is made from it; a test runs with no other rights. */
export const commandTable: readonly (readonly [what: string, commands: readonly string[]])[] = [
  ['values', ['get', 'set', 'getdel', 'del', 'pexpire']],
  ['the index of a person', ['zadd', 'zcard', 'zrange', 'zrem', 'zremrangebyrank', 'zremrangebyscore']],
  ['the ring of cases', ['hget', 'hset', 'hdel', 'hlen']],
  ['steps of several commands (scripts)', ['evalsha', 'eval']],
  ['the connection', ['client|setname', 'select']],
  ['a Cluster', ['cluster|slots', 'asking']],
  ['gakumon check', ['info', 'time']],
];

/**
 * What an operator types to make the user of Gakumon, with the least rights.
 * @param password without blanks
 */
export function aclSetUser(username: string, password: string, prefix: string): string {
  return ['ACL SETUSER', username, 'reset on', `>${password}`, ...aclRules(prefix)].join(' ');
}

/** The rights as the rules of an ACL. */
export function aclRules(prefix: string): readonly string[] {
  return [`~${prefix}*`, ...commandTable.flatMap(([, commands]) => commands.map((command) => `+${command}`))];
}
