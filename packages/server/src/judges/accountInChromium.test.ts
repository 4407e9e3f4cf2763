import type { PasswordPlace } from '@gakumon/directory';
import { chromiumPrograms, describeWith, expectAccessible, keepScreenshot, openBrowser } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createPeopleDirectory } from '../flows/peopleDirectory.ts';
import { openTestDoor, type TestDoor } from '../flows/testDoor.ts';
import { errorMessages, pageTexts } from '../messages/index.ts';

type Page = Awaited<ReturnType<typeof openBrowser>>;

const password = 'given-by-the-desk';
const chosen = 'a river in the morning';
const rules = {
  ja: '12 文字以上。英字と数字の両方を含めてください。',
  en: '12 characters or more, with letters and digits.',
};
const opensAt = Date.UTC(2027, 2, 31, 15);

const states = {
  'must-change': { kind: 'must-change' },
  expired: { kind: 'expired' },
  expires: { kind: 'expires', at: opensAt },
} as const;
const places: Readonly<Record<PasswordPlace['at'], PasswordPlace>> = {
  here: { at: 'here' },
  elsewhere: { at: 'elsewhere', url: 'https://pw.example.ac.jp/' },
  desk: { at: 'desk' },
};
/** Looked at by axe, by a person later, and for having to scroll sideways. */
async function judge(page: Page, name: string): Promise<void> {
  await keepScreenshot(page, name);
  expect(await page.textContent('main')).not.toMatch(/undefined|null|NaN|\{\w+\}/);
  await expectAccessible(page);
  const sideways = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  expect({ name, sideways: Math.max(0, Number(sideways)) }).toEqual({ name, sideways: 0 });
}

async function logIn(page: Page, username: string): Promise<void> {
  await page.fill('#username', username);
  await page.fill('#password', password);
  await page.click('#login button >> nth=0');
}

describeWith(chromiumPrograms, 'a person with Chromium whose account needs something', () => {
  let door: TestDoor;
  beforeAll(async () => {
    door = await openTestDoor({
      stores: { sessions: 'memory' },
      release: {
        access: [
          {
            name: 'library',
            to: { entityId: 'https://second.example.net/saml' },
            allow: [{ group: 'staff' }],
            message: {
              ja: 'この電子ジャーナルは、契約により教職員だけが利用できます。',
              en: 'By its contract this journal is open to staff only.',
            },
            contact: {
              name: { ja: '附属図書館 電子情報係', en: 'the university library' },
              url: 'https://library.example.ac.jp/journals',
              email: 'journals@library.example.ac.jp',
            },
          },
        ],
      },
      directories: () =>
        (['here', 'elsewhere', 'desk'] as const).map((place) =>
          createPeopleDirectory(
            place,
            {
              ...Object.fromEntries(
                Object.entries(states).map(([state, of]) => [
                  `${place}-${state}`,
                  { password, account: { password: of } },
                ]),
              ),
              'account-not-open': { password, account: { closed: { reason: 'not-yet-open', opensAt } } },
              nobody: { password },
            },
            { place: places[place], rules },
          ),
        ),
    });
  });

  const people = [
    { language: 'ja', size: 'phone' },
    { language: 'en', size: 'desktop' },
  ] as const;

  describe.each(people)('who reads $language on a $size', ({ language, size }) => {
    const named = (name: string) => `${name}-${language}-${size}`;
    const t = pageTexts[language].account;
    const askSecond = () => door.secondSp.redirectTo(`${door.baseUrl}/idp/profile/SAML2/Redirect/SSO`).url;

    async function comeAs(username: string, address = door.ask()): Promise<Page> {
      const page = await openBrowser({ language, size });
      await page.context().route('https://sp.example.org/**', (route) => route.fulfill({ body: 'arrived' }));
      await page.goto(address);
      await logIn(page, username);
      return page;
    }

    test('changes a password that must be changed, after a weak one', async () => {
      const page = await comeAs(`here-must-change`);
      await page.waitForSelector('#currentPassword:focus');
      expect(await page.textContent('h1')).toBe(t.password.states['must-change'].title);
      await judge(page, named('password-must-change-here'));
      const type = async (next: string) => {
        await page.fill('#currentPassword', password);
        await page.fill('#newPassword', next);
        await page.fill('#newPasswordAgain', next);
        await page.click('#change-password button');
      };
      await type('short');
      await page.waitForSelector('#problem');
      expect(await page.textContent('#problem')).toContain(errorMessages[language]['password-too-short'].title);
      await page.waitForSelector('#newPassword:focus');
      await judge(page, named('password-too-short'));
      if (language === 'ja') return;
      await page.check('#show-password');
      for (const id of ['currentPassword', 'newPassword', 'newPasswordAgain']) {
        expect(await page.getAttribute(`#${id}`, 'type')).toBe('text');
      }
      await page.fill('#currentPassword', password);
      await page.fill('#newPassword', chosen);
      await page.fill('#newPasswordAgain', 'something else');
      await page.click('#change-password button');
      expect(await page.inputValue('#newPassword')).toBe(chosen);
      expect(await page.evaluate('document.getElementById("newPasswordAgain").validationMessage')).toBe(
        t.password.differs,
      );
      await type(chosen);
      await page.waitForURL('https://sp.example.org/**');
    });

    test.each([
      ['elsewhere', 'expires'],
      ['desk', 'expired'],
    ] as const)('%s, %s', async (place, state) => {
      const page = await comeAs(`${place}-${state}`);
      await page.waitForSelector('#otherwise');
      expect(await page.textContent('h1')).toBe(t.password.states[state].title);
      await judge(page, named(`password-${state}-${place}`));
    });

    test('reads why a service is not open', async () => {
      const page = await comeAs('nobody', askSecond());
      await page.waitForSelector('#leave');
      await judge(page, named('no-access'));
    });

    test('reads from when on the account can be used', async () => {
      const page = await comeAs('account-not-open');
      await page.waitForSelector('#problem');
      expect(await page.textContent('h1')).toBe(errorMessages[language]['account-not-open'].title);
      expect(await page.isVisible('#username')).toBe(false);
      await judge(page, named('account-not-open'));
      await page.click('details summary');
      await page.waitForSelector('#username:visible');
      await judge(page, named('account-not-open-another'));
    });
  });

  test('finds the other language of an error in the same place as everywhere, without JavaScript', async () => {
    const page = await openBrowser({ language: 'ja', size: 'phone', javaScript: false });
    await page.goto(`${door.baseUrl}/nothing-here`);
    expect(await page.isVisible('#other-language')).toBe(false);
    await page.click('header .language');
    await page.waitForSelector('#other-language:visible');
    expect(await page.textContent('#other-language')).toBe(errorMessages.en['page-not-found'].title);
  });

  test('changes it without JavaScript', async () => {
    const page = await openBrowser({ language: 'ja', size: 'phone', javaScript: false });
    await page.goto(door.ask());
    await logIn(page, 'here-expired');
    await page.fill('#currentPassword', password);
    await page.fill('#newPassword', chosen);
    await page.fill('#newPasswordAgain', chosen);
    await page.click('#change-password button');
    expect(await page.getAttribute('form[data-post]', 'action')).toBe(door.sp.acs);
  });
});
