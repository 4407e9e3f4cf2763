import { beforeAll, expect, test } from '@jest/globals';
import { describeWith } from '../programs.ts';
import { type PrivateSlapd, privateSlapd, slapdPrograms } from './slapd.ts';
import { slapdPerson, slapdPersonDn, slapdPhoto } from './slapdTree.ts';

describeWith(slapdPrograms, 'a private slapd', () => {
  let slapd: PrivateSlapd;
  beforeAll(async () => {
    slapd = await privateSlapd({ tls: true, policy: { pwdMaxFailure: 5, pwdLockout: 'TRUE' } });
  });

  test('has people with the attributes of universities, in Japanese and in octets, and knows their groups', async () => {
    const found = await slapd.search('(uid=s1234567)', '*', 'memberOf');
    expect(found).toContain(`displayName;lang-ja:: ${Buffer.from('学門 花子').toString('base64')}`);
    expect(found).toContain('gakuninScopedPersonalUniqueCode: student:1234567@example.ac.jp');
    expect(found).toContain(`jpegPhoto:: ${Buffer.from(slapdPhoto).toString('base64')}`);
    expect(found).toContain('memberOf: cn=students,ou=groups,');
  });

  test('hashes passwords, and keeps what tests add and set through being killed', async () => {
    await slapd.add(slapdPerson('late', { userPassword: 'in the clear' }));
    await slapd.change({ dn: slapdPersonDn('late'), replace: { pwdChangedTime: '20200101000000Z', mail: undefined } });
    await slapd.restart();
    const found = await slapd.search('(uid=late)', '+', 'userPassword');
    expect(found).toContain('pwdChangedTime: 20200101000000Z');
    expect(found).toContain(`userPassword:: ${Buffer.from('{SSHA}').toString('base64')}`);
  });
});
