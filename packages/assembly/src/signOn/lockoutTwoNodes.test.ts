import { setTimeout as delay } from 'node:timers/promises';
import { createLdapDirectory, type Directory } from '@gakumon/directory';
import { acceptPassword, type Idp } from '@gakumon/idp';
import type { GakumonError, Username } from '@gakumon/terms';
import {
  describeWith,
  fixedClock,
  type PrivateSlapd,
  pretendSp,
  privateSlapd,
  slapdBase,
  slapdPerson,
  slapdPrograms,
  slapdService,
} from '@gakumon/testkit';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ask, browser, makeTestIdp } from './testIdp.ts';

const student = 's0000001' as Username;
const secret = 'right one here';

describeWith(slapdPrograms, 'two nodes before a slapd that locks accounts', () => {
  let slapd: PrivateSlapd;
  const opened: Directory[] = [];
  beforeAll(async () => {
    slapd = await privateSlapd({
      policy: { pwdMaxFailure: 4, pwdLockout: 'TRUE', pwdFailureCountInterval: 600, pwdLockoutDuration: 600 },
      entries: [slapdPerson(student, { userPassword: secret })],
    });
  });
  afterAll(() => Promise.all(opened.map((one) => one.close?.())));

  function open(lockout?: Directory['lockout']): Directory {
    const directory = createLdapDirectory(
      {
        name: 'students',
        servers: [slapd.url],
        startTls: false,
        ca: undefined,
        dialect: 'openldap',
        bind: slapdService,
        people: { by: 'search', base: `ou=people,${slapdBase}`, filter: '(uid={username})', scope: 'sub' },
        usernameAttribute: 'uid',
        attributes: { only: false, names: {} },
        binary: [],
        groups: undefined,
        account: { opens: undefined, expires: undefined, disabled: undefined, left: undefined },
        passwordVersion: ['pwdChangedTime'],
        passwords: { change: 'self', place: { at: 'here' }, warning: 0 },
        lockout,
        timeouts: { connect: 2000, operation: 2000 },
        pool: 4,
      },
      { clock: Date.now },
    );
    opened.push(directory);
    return directory;
  }

  test('attack: the last room that others left is found by one node only', async () => {
    const wifi = open();
    for (let guess = 0; guess < 2; guess += 1) await wifi.verifyPassword(student, `wifi ${guess}`);
    const sp = pretendSp({ clock: fixedClock() });
    const made = await makeTestIdp([sp]);
    const shared = { ...made.idp, delay: (milliseconds: number) => delay(milliseconds) };
    const nodes = [1, 2].map((): Idp => {
      const directory = open({ attempts: 4, window: 600_000 });
      return { ...shared, directories: () => [directory] };
    });
    const { attempt } = await ask(made.idp, sp);
    const told = await Promise.all(
      nodes.map((idp) =>
        acceptPassword(idp, attempt, browser, { username: student, password: 'a guess' }).then(
          () => 'accepted',
          ({ code }: GakumonError) => code,
        ),
      ),
    );
    expect(told.toSorted()).toEqual(['account-throttled', 'credentials-wrong']);
    expect(await slapd.search(`(uid=${student})`, 'pwdAccountLockedTime')).not.toContain('pwdAccountLockedTime');
    expect(await wifi.verifyPassword(student, secret)).toMatchObject({ kind: 'accepted', person: { account: {} } });
  });
});
