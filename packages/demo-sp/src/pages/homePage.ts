import { authnContexts, chooseText, type Language, nameIdFormats } from '@gakumon/terms';
import { attributeNames } from '../attributeNames.ts';
import type { AssertionFacts } from '../saml/facts.ts';
import type { Login } from '../state/memory.ts';
import { type Html, html } from './html.ts';
import { layout } from './layout.ts';
import { texts } from './texts.ts';

const mfaContext = authnContexts.refedsMfa;

const contextLabels: Readonly<Record<string, { readonly ja: string; readonly en: string }>> = {
  [authnContexts.passwordProtectedTransport]: {
    ja: 'パスワード(暗号化された通信)',
    en: 'Password over an encrypted connection',
  },
  [authnContexts.password]: { ja: 'パスワード', en: 'Password' },
  [authnContexts.unspecified]: { ja: '示されていません', en: 'Not told' },
  [authnContexts.refedsSfa]: { ja: '一要素認証', en: 'One factor' },
  [authnContexts.timeSyncToken]: { ja: 'パスワードとワンタイムパスワード', en: 'Password and one-time code' },
  [authnContexts.gakuninAal2]: { ja: '学認の AAL2', en: 'AAL2 of GakuNin' },
  [mfaContext]: { ja: '二要素認証', en: 'Two factors' },
};

/** The first page, for who is not logged in. */
export function welcomePage(language: Language, loggedOut: boolean): string {
  const text = texts[language];
  return layout(
    language,
    text.welcome,
    html`${loggedOut ? html`<p role="status" class="note">${text.loggedOut}</p>` : undefined}
<p>${text.explain}</p>
<p><a class="button" href="/login">${text.login}</a></p>
${variants(language)}`,
  );
}

/** The first page, for who is logged in: all that was sent. */
export function loggedInPage(language: Language, { assertion, solicited, formToken }: Login): string {
  const text = texts[language];
  return layout(
    language,
    text.loggedIn,
    html`${solicited ? undefined : html`<p class="note">${text.unsolicited}</p>`}
<h2>${text.received}</h2>
${attributeTable(language, assertion)}
${loginTable(language, assertion)}
<form method="post" action="/logout">
<input type="hidden" name="token" value="${formToken}">
<button>${text.logout}</button>
<p>${text.logoutNote}</p>
</form>
${variants(language)}`,
  );
}

function variants(language: Language): Html {
  const text = texts[language];
  return html`<section>
<h2>${text.variants}</h2>
<ul>
<li><a href="/login?force=1">${text.again}</a></li>
<li><a href="/login?passive=1">${text.passive}</a></li>
<li><a href="/login?context=${encodeURIComponent(mfaContext)}">${text.mfa}</a></li>
</ul>
</section>`;
}

function attributeTable(language: Language, { attributes }: AssertionFacts): Html {
  const text = texts[language];
  if (attributes.length === 0) return html`<p>${text.nothingReceived}</p>`;
  const rows = attributes.map(({ name, values }) => {
    const known = attributeNames.find((candidate) => candidate.name === name);
    const label = (known && chooseText(known.labels, language)) ?? name;
    const technical = known === undefined ? name : `${known.friendlyName} (${name})`;
    return row(label, technical, html`${values.map((value) => html`<p>${value}</p>`)}`);
  });
  return table(language, rows);
}

function loginTable(language: Language, assertion: AssertionFacts): Html {
  const text = texts[language];
  const { nameId, authnContext = '', authnInstant, sessionIndex = '', issuer = '' } = assertion;
  const note = nameId.format === nameIdFormats.transient ? html`<p>${text.transientNote}</p>` : undefined;
  const label = contextLabels[authnContext]?.[language];
  return table(language, [
    row(text.nameId, nameId.format ?? '', html`<p><code>${nameId.value}</code></p>${note}`),
    row(text.authnContext, authnContext, html`<p>${label ?? authnContext}</p>`),
    row(text.authnInstant, 'AuthnInstant', html`<p>${showInstant(authnInstant, language)}</p>`),
    row(text.session, 'SessionIndex', html`<p><code>${sessionIndex}</code></p>`),
    row(text.from, 'Issuer', html`<p>${issuer}</p>`),
  ]);
}

const table = (language: Language, rows: readonly Html[]): Html => html`<table>
<thead><tr><th scope="col">${texts[language].item}</th><th scope="col">${texts[language].value}</th></tr></thead>
<tbody>${rows}</tbody>
</table>`;

const row = (label: string, technical: string, value: Html): Html =>
  html`<tr><th scope="row">${label}<small>${technical}</small></th><td>${value}</td></tr>`;

const showInstant = (instant: number, language: Language): string =>
  Number.isNaN(instant)
    ? ''
    : `${new Date(instant).toLocaleString(language, { dateStyle: 'long', timeStyle: 'medium', timeZone: 'Asia/Tokyo' })} JST`;
