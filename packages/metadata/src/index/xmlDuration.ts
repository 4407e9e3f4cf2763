const pattern = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?$/;
/** Years and months at their shortest: what is cached is looked at rather too early. */
const milliseconds = [365, 28, 1].map((days) => days * 86_400_000).concat(3_600_000, 60_000, 1000);

/**
 * Reads cacheDuration (SAML Metadata 2.3.1), an xs:duration.
 * @returns milliseconds; undefined when it is not there, is not one, or is no time at all
 */
export function parseCacheDuration(text: string | undefined): number | undefined {
  const parts = pattern.exec(text?.trim() ?? '')?.slice(1);
  if (parts === undefined || (text ?? '').trim().endsWith('T')) return undefined;
  const total = milliseconds.reduce((sum, unit, index) => sum + unit * Number(parts[index] ?? 0), 0);
  return Number.isSafeInteger(total) && total > 0 ? total : undefined;
}
