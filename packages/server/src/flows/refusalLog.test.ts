import { pretendBrowser, pretendSp, testKeys } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { logIn, openTestDoor, responseOf, student, type TestDoor } from './testDoor.ts';

let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor();
});

const refusals = (code: string) => door.log.filter((line) => line.msg === 'refused' && line.code === code);

describe('the lines about refusals', () => {
  test('tell whose login it was and from where, never the password', async () => {
    const browser = pretendBrowser();
    await browser.open(door.ask());
    await logIn(browser, { username: ' Ｓ1234567', password: 'Hunter2-secret' });
    expect(refusals('credentials-wrong')).toEqual([
      expect.objectContaining({ username: student.username, address: '127.0.0.1', case: expect.any(String) }),
    ]);
    expect(JSON.stringify(door.log)).not.toContain('Hunter2');
  });

  test('tell it of an account that has to wait as well', async () => {
    const browser = pretendBrowser();
    await browser.open(door.ask());
    for (let i = 0; i < 12; i += 1) await logIn(browser, { username: 'z7654321', password: 'guess' });
    expect(refusals('account-throttled')[0]).toMatchObject({ username: 'z7654321', address: '127.0.0.1' });
  });

  test('do not hold what cannot be a name, such as a pass phrase in the wrong field', async () => {
    const browser = pretendBrowser();
    await browser.open(door.ask());
    await logIn(browser, { username: 'my secret phrase', password: 'x' });
    await logIn(browser, { username: 'two\r\n{"code":"made-up"}', password: 'x' });
    await logIn(browser, { username: student.username, password: '' });
    expect(refusals('credentials-missing').at(-1)?.username).toBeUndefined();
    expect(JSON.stringify(door.log)).not.toMatch(/secret phrase|made-up/);
  });

  test('attack: quotes in a name make no second field', async () => {
    const browser = pretendBrowser();
    await browser.open(door.ask());
    await logIn(browser, { username: 'x","address":"10.0.0.1', password: 'x' });
    expect(refusals('credentials-wrong').at(-1)).toMatchObject({
      username: 'x","address":"10.0.0.1',
      address: '127.0.0.1',
    });
  });

  test('say why an SP is told what it is told, to the operator alone', async () => {
    const spoilt = { entityId: 'https://spoilt.example.net/sp', acs: ['https://spoilt.example.net/acs'] };
    const sps: ReturnType<typeof pretendSp>[] = [];
    const own = await openTestDoor({
      moreSps: (clock) => {
        sps.push(pretendSp({ ...spoilt, clock, encryptionKeys: [testKeys.spSigningEc] }));
        return sps;
      },
    });
    const browser = pretendBrowser();
    await browser.open(sps[0]?.redirectTo(`${own.baseUrl}/idp/profile/SAML2/Redirect/SSO`).url ?? '');
    const page = await logIn(browser);
    const why = expect.stringMatching(/^https:\/\/spoilt\.example\.net\/sp: .*it is not an RSA key/);
    expect(own.log.filter(({ code }) => code === 'encryption-impossible')).toEqual([
      expect.objectContaining({ msg: 'refused', detail: why, case: expect.any(String) }),
    ]);
    expect(page.text + Buffer.from(responseOf(page), 'base64')).not.toContain('not an RSA key');
  });

  test('hold the address for a page that is not there and for a method that is not answered', async () => {
    await pretendBrowser().open(`${door.baseUrl}/nowhere`);
    await pretendBrowser().open(`${door.baseUrl}/idp/profile/SAML2/POST/SSO`);
    for (const code of ['page-not-found', 'method-not-allowed']) {
      expect(refusals(code)).toEqual([expect.objectContaining({ address: '127.0.0.1', code })]);
    }
  });
});
