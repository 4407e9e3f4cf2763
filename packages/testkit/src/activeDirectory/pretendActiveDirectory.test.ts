import { connect } from 'node:net';
import { beforeAll, expect, test } from '@jest/globals';
import { runProgram } from '../processes.ts';
import { describeWith } from '../programs.ts';
import { tags, writeElement, writeInteger } from './ber.ts';
import { type AdEntry, type PretendActiveDirectory, pretendActiveDirectory } from './index.ts';
import { operations } from './messages.ts';

const base = 'DC=example,DC=ac,DC=jp';
const person = (cn: string, attributes: AdEntry['attributes'] = {}): AdEntry => ({
  dn: `CN=${cn},OU=Staff,${base}`,
  password: 'gakumon-demo',
  attributes: {
    objectClass: ['top', 'person', 'user'],
    sAMAccountName: cn,
    userPrincipalName: `${cn}@example.ac.jp`,
    userAccountControl: '512',
    pwdLastSet: '134194752000000000',
    ...attributes,
  },
});
const group = (cn: string, member: readonly string[]): AdEntry => ({
  dn: `CN=${cn},OU=Groups,${base}`,
  attributes: { objectClass: ['top', 'group'], member },
});

let ad: PretendActiveDirectory;
beforeAll(async () => {
  ad = await pretendActiveDirectory({
    base,
    pageSize: 2,
    policy: { maxPasswordAge: 0 },
    entries: [
      { dn: `OU=Staff,${base}`, attributes: { objectClass: 'organizationalUnit' } },
      { dn: `OU=Groups,${base}`, attributes: { objectClass: 'organizationalUnit' } },
      person('taro', { displayName: '学門 太郎' }),
      person('jiro', { userAccountControl: '514' }),
      person('saburo', { pwdLastSet: '0' }),
      group('teachers', [`CN=taro,OU=Staff,${base}`]),
      group('members', [`CN=teachers,OU=Groups,${base}`, `CN=circle,OU=Groups,${base}`]),
      group('circle', [`CN=members,OU=Groups,${base}`]),
    ],
  });
});

/** (!(!(!… in a search that is otherwise right. */
function deepSearch(depth: number): Buffer {
  let filter = writeElement(0x87, 'cn');
  for (let i = 0; i < depth; i += 1) filter = writeElement(0xa2, filter);
  const [scope, aliases] = [writeInteger(2, tags.enumerated), writeInteger(0, tags.enumerated)];
  const [limit, time] = [writeInteger(0), writeInteger(0)];
  const parts = [scope, aliases, limit, time, writeElement(tags.boolean, '\0'), filter, writeElement(tags.sequence)];
  const operation = writeElement(operations.search, writeElement(tags.octets, base), ...parts);
  return writeElement(tags.sequence, writeInteger(1), operation);
}

// OpenLDAP's own client is the judge of every octet that is sent
const search = (login: readonly string[], ...args: readonly string[]) =>
  runProgram('ldapsearch', ['-H', ad.url, '-x', '-LLL', '-o', 'ldif-wrap=no', '-b', base, ...login, ...args], {
    env: { LDAPNOINIT: '1' },
  });
const taro = ['-D', 'taro@example.ac.jp', '-w', 'gakumon-demo'];

describeWith(['ldapsearch'], 'the pretend Active Directory', () => {
  test('nobody reads anything before a bind but the root', async () => {
    expect(await search([], '(cn=*)')).toMatchObject({ code: 1, stderr: expect.stringContaining('000004DC') });
    expect((await search([], '-s', 'base', '-b', '', '(objectClass=*)')).stdout).toContain(
      `defaultNamingContext: ${base}`,
    );
  });

  test.each([
    ['(&(sAMAccountName=TARO)(!(displayName=x)))', ['taro']],
    ['(|(sAMAccountName=jiro)(sAMAccountName=saburo))', ['jiro', 'saburo']],
    ['(displayName=学門*郎)', ['taro']],
    ['(userAccountControl:1.2.840.113556.1.4.803:=2)', ['jiro']],
    [`(memberOf=CN=members,OU=Groups,${base})`, ['circle', 'teachers']],
    [`(&(memberOf:1.2.840.113556.1.4.1941:=CN=members,OU=Groups,${base})(objectClass=user))`, ['taro']],
    [`(member:1.2.840.113556.1.4.1941:=CN=taro,OU=Staff,${base})`, ['circle', 'members', 'teachers']],
  ])('%s', async (filter, names) => {
    const { stdout } = await search(taro, '-E', 'pr=10/noprompt', filter, '1.1');
    expect([...stdout.matchAll(/^dn: CN=(\w+),/gm)].map(([, name]) => name).sort()).toEqual(names);
  });

  test('what is worked out comes only when it is named', async () => {
    const flags = 'msDS-User-Account-Control-Computed';
    expect((await search(taro, '(cn=x)(sAMAccountName=saburo)')).stdout).not.toContain(flags);
    expect((await search(taro, '(sAMAccountName=saburo)', '*')).stdout).not.toContain(flags);
    expect((await search(taro, '(sAMAccountName=saburo)', flags)).stdout).toContain(`${flags}: 8388608`);
  });

  test('more than a page comes in pages only', async () => {
    expect((await search(taro, '(objectClass=user)', '1.1')).code).toBe(4);
    const paged = await search(taro, '-E', 'pr=2/noprompt', '(objectClass=user)', '1.1');
    expect([paged.code, paged.stdout.match(/^dn: /gm)?.length]).toEqual([0, 3]);
  });

  test.each([
    ['nobody', 'x', '525'],
    ['jiro', 'x', '52e'],
    ['jiro', 'gakumon-demo', '533'],
    ['saburo', 'gakumon-demo', '773'],
  ])('%s with %s: %s', async (name, password, data) => {
    const { code, stderr } = await search(['-D', `EXAMPLE\\${name}`, '-w', password], '(cn=x)');
    expect([code, stderr]).toEqual([
      49,
      expect.stringContaining(
        `80090308: LdapErr: DSID-0C090449, comment: AcceptSecurityContext error, data ${data}, v4563`,
      ),
    ]);
  });

  test('attack: octets that are no LDAP, without end or too deep, close the connection', async () => {
    const deep = deepSearch(400);
    for (const octets of ['GET / HTTP/1.1\r\n\r\n', '\x30\x80', '\x30\x84\xff\xff\xff\xff', deep]) {
      const socket = connect(Number(new URL(ad.url).port), '127.0.0.1').resume();
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.on('error', () => {});
      socket.write(typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets);
      await closed;
    }
    expect((await search(taro, '-s', 'base', '(objectClass=*)', '1.1')).code).toBe(0);
  });
});
