import { type Language, statuses } from '@gakumon/terms';
import type { ResponseFacts } from '../saml/facts.ts';
import type { Refused } from '../saml/refusal.ts';
import { html } from './html.ts';
import { layout } from './layout.ts';
import { explainStatus } from './statusTexts.ts';
import { refusalTexts, texts } from './texts.ts';

/** A plain problem: a heading, a sentence, and the ways on. */
export function problemPage(language: Language, problem: 'idpDown' | 'idpUnknown' | 'notFound' | 'internal'): string {
  const text = texts[language];
  return layout(language, text[problem], html`<p role="alert">${text[`${problem}Note`]}</p>${waysOn(language)}`);
}

/** An answer that is not taken, and why. */
export function refusedPage(language: Language, { reason, detail }: Refused): string {
  const text = texts[language];
  return layout(
    language,
    text.refusedTitle,
    html`<p role="alert">${refusalTexts[reason][language]}</p>
${waysOn(language)}
<details><summary>${text.technical}</summary><p><code>${reason}</code></p><p>${detail}</p></details>`,
  );
}

/** The IdP said, by a verified SAML status, that there is no login. */
export function statusPage(language: Language, { code, second, message }: ResponseFacts['status']): string {
  const text = texts[language];
  const isCancelled = second === statuses.authnFailed;
  const explained = isCancelled ? text.cancelledNote : explainStatus(code, second)[language];
  return layout(
    language,
    isCancelled ? text.cancelledTitle : text.statusTitle,
    html`<p role="${isCancelled ? 'status' : 'alert'}" class="note">${explained}</p>
${waysOn(language)}
<details><summary>${text.technical}</summary>
<dl><dt>${text.status}</dt><dd><code>${code}</code></dd>
${second === undefined ? undefined : html`<dd><code>${second}</code></dd>`}
${message === undefined ? undefined : html`<dt>${text.message}</dt><dd>${message}</dd>`}</dl></details>`,
  );
}

const waysOn = (language: Language): ReturnType<typeof html> =>
  html`<p><a class="button" href="/login">${texts[language].retry}</a></p>
<p><a href="/">${texts[language].home}</a></p>`;
