import { connect, createServer } from 'node:net';
import type { Username } from '@gakumon/terms';
import {
  describeWith,
  type PrivateSlapd,
  privateSlapd,
  slapdBase,
  slapdGroup,
  slapdPassword,
  slapdPerson,
  slapdPersonDn,
  slapdPhoto,
  slapdPrograms,
} from '@gakumon/testkit';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Directory } from '../ports.ts';
import { createLdapDirectory } from './ldapDirectory.ts';
import type { LdapSettings } from './settings.ts';
import { ldapSettings } from './testing/ldapSettings.ts';

/** The tags of requests (RFC 4511, section 4.2 and 4.5.1). */
const [bindRequest, searchRequest] = [0x60, 0x63];

const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing.splice(0)) close();
});

/** A way to a server that knows which requests went by; none of the few is cut into pieces on loopback. */
async function countingLink(port: number) {
  const requests: number[] = [];
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) socket.on('error', () => {}).on('close', () => upstream.destroy());
    client.on('data', (chunk: Buffer) => {
      // LDAPMessage { messageID INTEGER of one octet, the request }
      const header = (chunk[1] ?? 0) & 0x80 ? 2 + ((chunk[1] ?? 0) & 0x7f) : 2;
      requests.push(chunk[header + 3] ?? -1);
      upstream.write(chunk);
    });
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const { port: own } = server.address() as { port: number };
  return { url: `ldap://127.0.0.1:${own}`, requests: () => requests.filter((tag) => tag !== 0x42) };
}

const name = (text: string): Username => text as Username;
const odd = '#a+b,c"d\\e<f>;=*()';
const oddDn = `uid=\\#a\\+b\\,c\\"d\\\\e\\<f\\>\\;\\=*(),ou=people,${slapdBase}`;

describeWith(slapdPrograms, 'people in a slapd', () => {
  let slapd: PrivateSlapd;
  const opened: Directory[] = [];
  const open = (changes: Partial<LdapSettings> = {}): Directory => {
    const directory = createLdapDirectory(ldapSettings([slapd.url], changes), { clock: Date.now });
    opened.push(directory);
    return directory;
  };
  let directory: Directory;
  beforeAll(async () => {
    slapd = await privateSlapd({
      policy: { pwdMaxFailure: 5, pwdLockout: 'TRUE', pwdLockoutDuration: 600 },
      entries: [
        slapdPerson('double', { uid: ['double', 'shared'] }),
        slapdPerson('double2', { uid: ['double2', 'shared'] }),
        slapdPerson('impostor', { mail: 's1234567' }),
        ...Array.from({ length: 11 }, (_, index) => slapdPerson(`a${index}`, { mail: 'victim' })),
        slapdPerson('victim'),
        slapdPerson('stand-in', { userPassword: 'the password of nobody' }),
        slapdPerson('Mixed.Case', { description: 'x' }),
        slapdPerson('two-names', { uid: ['two-names', 'another-name'] }),
        slapdPerson('star', { uid: 'star', description: '*' }),
        slapdPerson('limited'),
        { ...slapdPerson(odd), dn: oddDn },
        slapdGroup('odd', [oddDn]),
        slapdPerson('many', {
          description: Array.from({ length: 1200 }, (_, index) => `${index} ${'x'.repeat(1000)}`),
        }),
        slapdGroup('odd\\, name', [slapdPersonDn('f1234567')]),
        {
          dn: `ou=elsewhere,ou=people,${slapdBase}`,
          attributes: {
            objectClass: ['referral', 'extensibleObject'],
            ou: 'elsewhere',
            ref: `ldap://127.0.0.1:1/ou=people,${slapdBase}`,
          },
        },
      ],
    });
    directory = open();
  });
  afterAll(() => Promise.all(opened.map((one) => one.close?.())));

  test('a right password is accepted, a wrong one and an unknown name are not', async () => {
    const accepted = await directory.verifyPassword(name('s1234567'), slapdPassword);
    expect(accepted).toMatchObject({ kind: 'accepted', person: { username: 's1234567', directory: 'students' } });
    expect(await directory.verifyPassword(name('t1234567'), 'wrong')).toEqual({ kind: 'rejected' });
    expect(await directory.verifyPassword(name('nobody'), slapdPassword)).toEqual({ kind: 'rejected' });
    expect(await directory.find(name('nobody'))).toBeUndefined();
  });

  test('attributes come under their names, those with options and octets under the names they are given', async () => {
    const named = open({
      attributes: { only: false, names: { jaDisplayName: 'displayName;lang-ja', photo: 'JPEGPHOTO' } },
      binary: ['jpegphoto'],
    });
    const person = await named.find(name('s1234567'));
    expect(person?.attributes).toMatchObject({
      displayName: ['Hanako Gakumon'],
      jaDisplayName: ['学門 花子'],
      eduPersonAffiliation: ['student', 'member'],
      gakuninScopedPersonalUniqueCode: ['student:1234567@example.ac.jp'],
      photo: [Buffer.from(slapdPhoto).toString('base64')],
    });
    expect(person?.attributes).not.toHaveProperty('jpegPhoto');
  });

  test('only what is named is read where that is asked for', async () => {
    const few = open({ attributes: { only: true, names: { mail: 'mail' } } });
    expect((await few.find(name('s1234567')))?.attributes).toEqual({ mail: ['s1234567@example.ac.jp'] });
  });

  test('the password version is the same at a login and later, and changes with the password', async () => {
    await slapd.add(slapdPerson('changing', { pwdChangedTime: '20190101000000Z' }));
    const before = await directory.find(name('changing'));
    const accepted = await directory.verifyPassword(name('changing'), slapdPassword);
    expect(accepted).toMatchObject({ kind: 'accepted', person: { passwordVersion: before?.passwordVersion } });
    expect(before?.passwordVersion).toMatch(/^[\w-]{12}$/);
    await slapd.change({ dn: slapdPersonDn('changing'), replace: { pwdChangedTime: '20200101000000Z' } });
    expect((await directory.find(name('changing')))?.passwordVersion).not.toBe(before?.passwordVersion);
  });

  describe('groups', () => {
    const base = `ou=groups,${slapdBase}`;
    test('that the entry names', async () => {
      const member = open({ groups: { by: 'memberOf', base: undefined, filter: undefined, name: 'cn' } });
      expect(new Set((await member.find(name('s1234567')))?.groups)).toEqual(new Set(['students', 'library']));
      expect(new Set((await member.find(name('f1234567')))?.groups)).toEqual(new Set(['library', 'odd, name']));
    });
    test('that name the entry', async () => {
      const searched = open({ groups: { by: 'search', base, filter: '(member={dn})', name: 'dn' } });
      expect(new Set((await searched.find(name('s1234567')))?.groups)).toEqual(
        new Set([`cn=students,${base}`, `cn=library,${base}`]),
      );
    });
    test('of other places do not count where a base is named', async () => {
      const member = open({ groups: { by: 'memberOf', base: `ou=x,${base}`, filter: undefined, name: 'cn' } });
      expect((await member.find(name('s1234567')))?.groups).toEqual([]);
    });
  });

  describe('attacks', () => {
    test.each([
      '*',
      '*)(uid=*',
      's123456*',
      's1234567)(objectclass=*',
      's1234567\0',
      '\\2a',
      's1234567\\',
      'uid=s1234567',
      'S1234567)',
      '(|(uid=s1234567))',
      '学門)(uid=*',
    ])('a login name %j is a name and nothing more', async (typed) => {
      expect(await directory.find(name(typed))).toBeUndefined();
      expect(await directory.verifyPassword(name(typed), slapdPassword)).toEqual({ kind: 'rejected' });
    });

    test.each([
      's1234567,ou=people',
      's1234567+cn=x',
      '"s1234567"',
      '#s1234567',
      ' s1234567',
      's1234567 ',
      '<x>;y=z',
      '\0',
    ])('in a DN too: %j', async (typed) => {
      const template = open({ people: { by: 'template', dn: `uid={username},ou=people,${slapdBase}` } });
      expect(await template.verifyPassword(name(typed), slapdPassword)).not.toMatchObject({
        person: { username: typed },
      });
    });

    test('somebody whose login name has all of that is found, and their groups', async () => {
      const groups = { by: 'search', base: `ou=groups,${slapdBase}`, filter: '(member={dn})', name: 'cn' } as const;
      const template = { by: 'template', dn: `uid={username},ou=people,${slapdBase}` } as const;
      for (const one of [open({ groups }), open({ groups, people: template })]) {
        expect(await one.find(name(odd))).toMatchObject({ username: odd, groups: ['odd'] });
        expect(await one.verifyPassword(name(odd), slapdPassword)).toMatchObject({ kind: 'accepted' });
      }
    });

    test('no password at all is never sent: the server would take it for nobody and say yes', async () => {
      expect(await directory.verifyPassword(name('s1234567'), '')).toEqual({ kind: 'rejected' });
      const template = open({ people: { by: 'template', dn: `uid={username},ou=people,${slapdBase}` } });
      expect(await template.verifyPassword(name('s1234567'), '')).toEqual({ kind: 'rejected' });
    });

    test('an unknown name costs the same requests as a wrong password: strangers learn no names by the traffic', async () => {
      const count = async (username: string): Promise<number[]> => {
        const link = await countingLink(slapd.port);
        const counted = createLdapDirectory(ldapSettings([link.url]), { clock: Date.now });
        opened.push(counted);
        expect(await counted.verifyPassword(name(username), 'wrong')).toEqual({ kind: 'rejected' });
        return link.requests();
      };
      const known = await count('f1234567');
      expect(known).toEqual([bindRequest, searchRequest, bindRequest]);
      expect(await count('nobody-of-this-name')).toEqual(known);
    });

    test('a name that two entries share is nobody’s', async () => {
      const both = open();
      expect(await both.find(name('shared'))).toBeUndefined();
      expect(await both.verifyPassword(name('shared'), slapdPassword)).toEqual({ kind: 'rejected' });
      expect(await both.find(name('double'))).toBeDefined();
    });

    test('an entry with two login names is one account', async () => {
      expect((await directory.find(name('another-name')))?.username).toBe('two-names');
      expect((await directory.find(name('two-names')))?.username).toBe('two-names');
    });

    test('who writes another’s login name into their own mail field neither becomes them nor shuts them out', async () => {
      const either = open({
        people: {
          by: 'search',
          base: `ou=people,${slapdBase}`,
          filter: '(|(uid={username})(mail={username}))',
          scope: 'sub',
        },
      });
      expect(await either.find(name('s1234567'))).toMatchObject({ username: 's1234567' });
      expect(await either.find(name('s1234567@example.ac.jp'))).toMatchObject({ username: 's1234567' });
      expect(await either.find(name('impostor'))).toMatchObject({ username: 'impostor' });
    });

    test('however many do so, the search still brings the one whose login name it is', async () => {
      const filter = '(|(uid={username})(mail={username}))';
      const either = open({ people: { by: 'search', base: `ou=people,${slapdBase}`, filter, scope: 'sub' } });
      expect(await either.find(name('victim'))).toMatchObject({ username: 'victim' });
      expect(await either.verifyPassword(name('victim'), slapdPassword)).toMatchObject({ kind: 'accepted' });
    });

    test('where a filter asks by a second name too, a name that nobody has costs as many searches', async () => {
      const filter = '(|(uid={username})(mail={username}))';
      const people = { by: 'search', base: `ou=people,${slapdBase}`, filter, scope: 'sub' } as const;
      const searches = async (username: string): Promise<number> => {
        const link = await countingLink(slapd.port);
        const counted = createLdapDirectory(ldapSettings([link.url], { people }), { clock: Date.now });
        opened.push(counted);
        await counted.lookUp?.(name(username));
        expect(await counted.verifyPassword(name(username), 'wrong')).toEqual({ kind: 'rejected' });
        return link.requests().filter((tag) => tag === searchRequest).length;
      };
      expect(await searches('f1234567')).toBe(4);
      expect(await searches('nobody-of-this-name')).toBe(4);
    });

    test('an entry that stands in for names that nobody has is bound to for them, and is nobody', async () => {
      const place = { by: 'search', base: `ou=people,${slapdBase}`, filter: '(uid={username})', scope: 'sub' } as const;
      const nobody = `UID=stand-in, ou=people,${slapdBase}`;
      const standing = open({ people: { ...place, nobody } });
      expect(await standing.verifyPassword(name('unheard-of'), 'wrong')).toEqual({ kind: 'rejected' });
      expect(await slapd.search('(uid=stand-in)', 'pwdFailureTime')).toContain('pwdFailureTime');
      for (const typed of ['unheard-of', 'stand-in']) {
        expect(await standing.verifyPassword(name(typed), 'the password of nobody')).toEqual({ kind: 'rejected' });
        expect(await standing.find(name(typed))).toBeUndefined();
      }
    });

    test('two spellings are one account, in the form that login names have', async () => {
      expect((await directory.find(name('mixed.case')))?.username).toBe('mixed.case');
    });

    test('passwords and their hashes are no attributes, even where the one who searches may read them', async () => {
      const asRoot = open({ bind: { dn: `cn=root,${slapdBase}`, password: 'root-password' } });
      const person = await asRoot.find(name('s1234567'));
      expect(Object.keys(person?.attributes ?? {})).not.toContain('userPassword');
      expect(JSON.stringify(person)).not.toContain('SSHA');
    });

    test('an entry that is larger than any may be stops nobody else', async () => {
      await expect(directory.find(name('many'))).rejects.toMatchObject({
        code: 'directory-unavailable',
        detail: expect.stringContaining('larger'),
      });
      expect(await directory.find(name('s1234567'))).toBeDefined();
    });

    test('guesses at once are passed on one after another, and stop before the directory locks the account', async () => {
      const careful = open({ lockout: { attempts: 5, window: 600_000 } });
      const guesses = Array.from({ length: 12 }, (_, index) =>
        careful.verifyPassword(name('limited'), `guess ${index}`),
      );
      const kinds = (await Promise.all(guesses)).map(({ kind }) => kind);
      expect(kinds).toEqual([...Array(4).fill('rejected'), ...Array(8).fill('held')]);
      expect(await slapd.search('(uid=limited)', 'pwdAccountLockedTime')).not.toContain('pwdAccountLockedTime');
      expect(await careful.findHold?.(name('limited'))).toEqual({ kind: 'held', until: expect.any(Number) });
      expect(await careful.findHold?.(name('s1234567'))).toBeUndefined();
      expect(await careful.findHold?.(name('nobody'))).toBeUndefined();
    });
  });

  test('a referral on the way is not followed, and fails nothing', async () => {
    const all: string[] = [];
    for await (const username of directory.listUsernames?.() ?? []) all.push(username);
    expect(all).toContain('s1234567');
    expect(all).toContain('two-names');
    expect(all).not.toContain('another-name');
  });

  test('with a template the entry is the one that the name leads to', async () => {
    const template = open({ people: { by: 'template', dn: `uid={username},ou=people,${slapdBase}` } });
    expect(await template.verifyPassword(name('s1234567'), slapdPassword)).toMatchObject({ kind: 'accepted' });
    expect(await template.verifyPassword(name('t1234567'), 'wrong')).toEqual({ kind: 'rejected' });
    expect(await template.find(name('nobody'))).toBeUndefined();
  });

  test('a base that is not there is no proof that nobody is', async () => {
    const lost = open({
      people: { by: 'search', base: `ou=lost,${slapdBase}`, filter: '(uid={username})', scope: 'sub' },
    });
    await expect(lost.find(name('s1234567'))).rejects.toMatchObject({ code: 'directory-unavailable' });
    await expect(lost.check?.()).rejects.toMatchObject({ detail: expect.stringContaining('ou=lost') });
    await expect(directory.check?.()).resolves.toBeUndefined();
  });
});
