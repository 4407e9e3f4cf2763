import { type Localised, statuses } from '@gakumon/terms';

const known: Readonly<Record<string, Localised>> = {
  [statuses.noPassive]: {
    ja: '画面を出さずに確かめるよう頼みましたが、まだログインしていないため、できませんでした。ふつうの「ログイン」をお試しください。',
    en: 'This service looked without showing a page, but you are not signed in there yet. Please use the ordinary “Sign in”.',
  },
  [statuses.noAuthnContext]: {
    ja: '二要素認証など、頼んだ方法でのログインは完了しませんでした。もう一度ログインして、最後まで進めてください。',
    en: 'The sign-in with two factors, or in another way that was asked for, was not completed. Please try again.',
  },
  [statuses.authnFailed]: {
    ja: '大学でのログインが完了しませんでした。',
    en: 'The sign-in was not completed.',
  },
  [statuses.invalidNameIdPolicy]: {
    ja: '頼んだ種類の識別子を出せません。',
    en: 'The kind of identifier that was asked for is not given out.',
  },
  [statuses.requestDenied]: { ja: 'ログイン画面が応じませんでした。', en: 'The sign-in page declined.' },
  [statuses.requestUnsupported]: {
    ja: '頼んだことに、ログイン画面が対応していません。',
    en: 'What was asked for is not supported there.',
  },
};

const unknown: Localised = {
  ja: '理由はくわしく伝えられていません。',
  en: 'The reason was not told in detail.',
};

/** What a SAML status (SAML Core 3.2.2.2) means to a person. */
export function explainStatus(code: string, second: string | undefined): Localised {
  return known[second ?? ''] ?? known[code] ?? unknown;
}
