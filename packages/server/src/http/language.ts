import { type Language, languages } from '@gakumon/terms';

/**
 * The language to speak, from Accept-Language (RFC 9110 section 12.5.4): the one of ours that is liked best; Japanese for a
 * reader who doesn't mind, English for one who only names languages that we don't speak.
 */
export function negotiateLanguage(header: string | undefined): Language {
  if (header === undefined || header.trim() === '') return 'ja';
  let best: Language = 'en';
  let weight = 0;
  for (const range of header.split(',').slice(0, 32)) {
    const [tag = '', ...parameters] = range
      .toLowerCase()
      .split(';')
      .map((part) => part.trim());
    const quality = readQuality(parameters);
    const primary = tag.split('-')[0];
    const language = primary === '*' ? 'ja' : languages.find((ours) => ours === primary);
    if (language !== undefined && quality > weight) {
      best = language;
      weight = quality;
    }
  }
  return best;
}

function readQuality(parameters: readonly string[]): number {
  const written = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  if (written === undefined) return 1;
  return /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(written) ? Number(written) : 0;
}

/** `ja` or `en` out of a form or an address; anything else is undefined. */
export function parseLanguage(written: string | undefined): Language | undefined {
  return languages.find((language) => language === written);
}
