import { createServer, type Socket } from 'node:net';
import type { Username } from '@gakumon/terms';
import {
  describeWith,
  freePort,
  type PrivateSlapd,
  privateSlapd,
  slapdBase,
  slapdPassword,
  slapdPersonDn,
  slapdPrograms,
  slapdService,
  slowLink,
} from '@gakumon/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createLdapDirectory } from './ldapDirectory.ts';
import { createLdapServers } from './ldapServers.ts';
import type { LdapServers } from './servers.ts';
import type { LdapSettings } from './settings.ts';
import { ldapSettings } from './testing/ldapSettings.ts';

const query = { base: `ou=people,${slapdBase}`, scope: 'sub', filter: '(uid=s1234567)', attributes: ['uid'] } as const;
const person = slapdPersonDn('s1234567');

let now = 1_800_000_000_000;
const opened: LdapServers[] = [];
afterEach(async () => void (await Promise.all(opened.splice(0).map((servers) => servers.close()))));
function open(urls: readonly string[], changes: Partial<LdapSettings> = {}): LdapServers {
  const servers = createLdapServers(ldapSettings(urls, changes), { clock: () => now });
  opened.push(servers);
  return servers;
}

describeWith(slapdPrograms, 'LDAP servers', () => {
  let first: PrivateSlapd;
  let second: PrivateSlapd;
  beforeAll(async () => {
    [first, second] = await Promise.all([
      privateSlapd({ tls: true }),
      privateSlapd({
        tls: { names: 'DNS:other.example' },
        lines: [`limits dn.exact="${slapdService.dn}" size.soft=2 size.hard=2 size.prtotal=unlimited`],
      }),
    ]);
  });

  describe('encryption', () => {
    const ways = (slapd: PrivateSlapd, name = '127.0.0.1') => ({
      ldaps: { url: slapd.secureUrl?.replace('127.0.0.1', name) ?? '', startTls: false },
      startTls: { url: slapd.url.replace('127.0.0.1', name), startTls: true },
    });

    test.each(['ldaps', 'startTls'] as const)('%s with the right CA', async (way) => {
      for (const name of ['127.0.0.1', 'localhost']) {
        const { url, startTls } = ways(first, name)[way];
        const servers = open([url], { startTls, ca: first.ca });
        expect(await servers.search(query)).toHaveLength(1);
        expect((await servers.bindAs(person, slapdPassword)).outcome.code).toBe(0);
      }
    });

    test.each(['ldaps', 'startTls'] as const)(
      '%s: a server of another CA, or of another name, gets no password',
      async (way) => {
        const { url, startTls } = ways(first)[way];
        for (const ca of [second.ca, undefined]) {
          const servers = open([url], { startTls, ca });
          await expect(servers.bindAs(person, slapdPassword)).rejects.toMatchObject({ code: 'directory-unavailable' });
          await expect(servers.search(query)).rejects.toMatchObject({ detail: expect.stringContaining(url) });
        }
        const other = ways(second)[way];
        await expect(open([other.url], { startTls, ca: second.ca }).search(query)).rejects.toMatchObject({
          detail: expect.stringMatching(/altnames|IP/i),
        });
      },
    );

    test('over a network nothing is said in the clear', async () => {
      await expect(open(['ldap://192.0.2.1:389']).bindAs(person, slapdPassword)).rejects.toMatchObject({
        detail: expect.stringContaining('in the clear'),
      });
    });

    test('a server that says nothing, and one that offers no TLS', async () => {
      const silent = await pretend(() => {});
      const servers = open([silent.url], { startTls: true, ca: first.ca, timeouts: { connect: 60, operation: 60 } });
      await expect(servers.search(query)).rejects.toMatchObject({ detail: expect.stringContaining('60 ms') });
      const refusing = await pretend((socket) => socket.write(Buffer.from('300c02010178070a010204000400', 'hex')));
      await expect(open([refusing.url], { startTls: true }).search(query)).rejects.toMatchObject({
        detail: expect.stringContaining('StartTLS'),
      });
      expect(Buffer.concat(refusing.received).toString('latin1')).not.toContain('service-password');
    });
  });

  test('a wrong password is an outcome; none at all is never sent', async () => {
    const servers = open([first.url]);
    expect((await servers.bindAs(person, 'wrong')).outcome.code).toBe(49);
    // This slapd says yes to both (RFC 4513, 5.1.2)
    expect((await servers.bindAs(person, '')).outcome.code).toBe(49);
    expect((await servers.bindAs('', slapdPassword)).outcome.code).toBe(49);
  });

  test('a wrong password of the one who searches is told, and not tried again and again', async () => {
    const { url, link } = await linkTo(first);
    const servers = open([url], { bind: { dn: person, password: 'no-such-password' } });
    const failure = await servers.search(query).catch((error) => error);
    expect(failure.detail).toMatch(/takes? the one who searches.*49/);
    expect(failure.detail).not.toContain('no-such-password');
    const before = link.connections();
    await expect(servers.search(query)).rejects.toMatchObject({ detail: failure.detail });
    expect(link.connections()).toBe(before);
    now += 11_000;
    await expect(servers.search(query)).rejects.toMatchObject({ detail: expect.stringContaining('49') });
    expect(link.connections()).toBeGreaterThan(before);
  });

  test('people’s connections do not become those of the one who searches', async () => {
    const servers = open([first.url], { pool: 1 });
    const { value } = await servers.bindAs(person, slapdPassword, async (session) => {
      const look = (base: string) => session.search({ ...query, base, scope: 'base', filter: '(uid=*)' });
      return [await look(person), await look(slapdPersonDn('t1234567'))];
    });
    expect(value?.map((entries) => entries.length)).toEqual([1, 0]);
    expect((await servers.search({ ...query, filter: '(uid=*)' })).length).toBeGreaterThan(1);
  });

  test('pages bring everybody', async () => {
    const found: string[] = [];
    for await (const entry of open([first.url]).searchPaged({ ...query, filter: '(uid=*)' })) found.push(entry.dn);
    expect(found).toContain(person);
    expect(found).toHaveLength(3);
  });

  test('attack: some of many are never taken for all, and a server’s own limit marks it as away for nobody', async () => {
    const servers = open([second.url]);
    const all = { ...query, filter: '(objectClass=*)', limit: 0 };
    await expect(servers.search(all)).rejects.toMatchObject({ detail: expect.stringContaining('code 4') });
    expect(await servers.search(query)).toHaveLength(1);
  });

  describe('servers that go away', () => {
    test('the next one is asked, and the first again once it is back', async () => {
      const away = `ldap://127.0.0.1:${await freePort()}`;
      const servers = open([away, second.url]);
      expect(await servers.search(query)).toHaveLength(1);
      expect((await servers.bindAs(person, slapdPassword)).outcome.code).toBe(0);
      await expect(servers.check()).rejects.toMatchObject({ detail: expect.stringMatching(/ECONNREFUSED[^;]*$/) });
    });

    test('all away: the reason of each is told, without passwords', async () => {
      const urls = [`ldap://127.0.0.1:${await freePort()}`, `ldap://localhost:${await freePort()}`];
      const failure = await open(urls)
        .bindAs(person, slapdPassword)
        .catch((error) => error);
      expect(failure.code).toBe('directory-unavailable');
      for (const url of urls) expect(failure.detail).toContain(`${url}: `);
      expect(failure.detail).not.toContain(slapdPassword);
    });

    test('one that is killed and started again in the middle of reads loses none of them where there is another', async () => {
      const servers = open([first.url, second.url]);
      expect(await servers.search(query)).toHaveLength(1);
      const reads = Array.from({ length: 200 }, () => servers.search(query));
      await first.kill();
      const all = await Promise.all(reads);
      expect(all.every((entries) => entries.length === 1)).toBe(true);
      await first.restart();
      expect(await servers.search(query)).toHaveLength(1);
    });

    test('the only one, killed and started again: the rested connections are dead, and reads come through', async () => {
      const servers = open([first.url]);
      await Promise.all(Array.from({ length: 8 }, () => servers.search(query)));
      await first.restart();
      const all = await Promise.all(Array.from({ length: 8 }, () => servers.search(query)));
      expect(all.every((entries) => entries.length === 1)).toBe(true);
      await first.kill();
      await expect(servers.search(query)).rejects.toMatchObject({ code: 'directory-unavailable' });
      await expect(servers.bindAs(person, slapdPassword)).rejects.toMatchObject({ code: 'directory-unavailable' });
      await first.restart();
      expect((await servers.bindAs(person, slapdPassword)).outcome.code).toBe(0);
      expect(await servers.search(query)).toHaveLength(1);
    });

    test('logins while one is killed and started again: an outage is never a wrong password', async () => {
      const settings = ldapSettings([first.url, second.url], { timeouts: { connect: 3000, operation: 3000 } });
      const directory = createLdapDirectory(settings, { clock: () => now });
      const verdicts: string[] = [];
      const logInOften = async (username: string): Promise<void> => {
        for (let login = 0; login < 25; login += 1) {
          const verdict = await directory.verifyPassword(username as Username, slapdPassword).catch((error) => error);
          verdicts.push(verdict.kind ?? verdict.code);
        }
      };
      const logins = Promise.all(['s1234567', 'f1234567', 't1234567'].map(logInOften));
      await directory.find('s1234567' as Username);
      await first.restart();
      await logins;
      await directory.close?.();
      expect(verdicts).toHaveLength(75);
      expect(verdicts.filter((kind) => kind !== 'accepted' && kind !== 'directory-unavailable')).toEqual([]);
      // Only binds that were under way at that moment: one of each person
      expect(verdicts.filter((kind) => kind !== 'accepted').length).toBeLessThanOrEqual(3);
    });

    test('one that hangs costs one time-out; then the other is asked at once, and it again when it answers', async () => {
      const { url, link } = await linkTo(first);
      // Long enough that the other one, however busy this machine is, does not seem to hang too
      const servers = open([url, second.url], { timeouts: { connect: 1500, operation: 1500 } });
      expect(await servers.search(query)).toHaveLength(1);
      first.pause();
      try {
        // Its one connection is given up
        expect(await servers.search(query)).toHaveLength(1);
        const before = link.connections();
        await Promise.all(Array.from({ length: 20 }, () => servers.search(query)));
        expect(link.connections()).toBe(before);
      } finally {
        first.resume();
      }
      now += 31_000;
      const probed = link.connections();
      await servers.search(query);
      // The probe is at nobody's expense; once it is answered, as many searches as there may be at once are its again
      const comeBack = async (): Promise<void> => {
        await Promise.all(Array.from({ length: 8 }, () => servers.search(query)));
        if (link.connections() < probed + 2) await comeBack();
      };
      await comeBack();
    });

    test('a bind that got no answer is not sent to another server: each of them counts wrong passwords', async () => {
      const hanging = await pretend(() => {});
      const servers = open([hanging.url, second.url], { timeouts: { connect: 100, operation: 100 } });
      await expect(servers.bindAs(person, slapdPassword)).rejects.toMatchObject({ code: 'directory-unavailable' });
      expect((await servers.bindAs(person, slapdPassword)).outcome.code).toBe(0);
    });
  });

  test('octets without end, and what is no LDAP, end with the connection', async () => {
    const flooding = await pretend((socket) => {
      const flood = (): void => void (socket.writable && socket.write(Buffer.alloc(1024 * 1024, 'x'), flood));
      flood();
    });
    const servers = open([flooding.url], { bind: undefined });
    await expect(servers.search(query)).rejects.toMatchObject({ detail: expect.stringContaining('octets') });
  });
});

/** A way to a server that counts what comes. */
async function linkTo({ port }: PrivateSlapd) {
  const link = await slowLink(port);
  return { url: `ldap://127.0.0.1:${link.port}`, link };
}

const pretended: (() => void)[] = [];
afterAll(() => {
  for (const close of pretended.splice(0)) close();
});

/** Something that listens where an LDAP server is expected. */
async function pretend(answer: (socket: Socket) => void) {
  const received: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.on('data', (chunk: Buffer) => {
      received.push(chunk);
      answer(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  pretended.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = server.address() as { port: number };
  return { url: `ldap://127.0.0.1:${port}`, received };
}
