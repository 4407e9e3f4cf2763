import type { Language } from '@gakumon/terms';
import { type Html, html } from './html.ts';
import { texts } from './texts.ts';

/** The frame around every page. */
export function layout(language: Language, title: string, content: Html): string {
  const text = texts[language];
  const other = language === 'ja' ? 'en' : 'ja';
  const page = html`<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} — ${text.name}</title>
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="data:,">
</head>
<body>
<header>
<p><a href="/">${text.name}</a></p>
<p><a href="/?lang=${other}" lang="${other}" hreflang="${other}">${text.switchTo}</a></p>
</header>
<main>
<h1>${title}</h1>
${content}
</main>
<footer><p>${text.what}</p></footer>
</body>
</html>
`;
  return `<!doctype html>\n${page.markup}`;
}
