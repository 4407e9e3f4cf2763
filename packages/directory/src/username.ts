import type { Username } from '@gakumon/terms';

/** Longest login name, in UTF-16 units; typed as well as normalised. */
export const usernameLimit = 256;

export type NormalisedUsername = {
  /** Undefined when nothing usable was typed: empty, too long, or with white space or control characters inside. */
  readonly username: Username | undefined;
  /** Whether an `@` was typed. The name is still looked up whole: the part before the `@` may be somebody else's. */
  readonly looksLikeMail: boolean;
};

/**
 * Brings what was typed into the one form that login names are stored, throttled and looked up in: full-width ASCII
 * narrowed, white space around it (the ideographic space too) trimmed, lower case, NFC.
 *
 * Only U+FF01–U+FF5E are narrowed, which is what a Japanese input method produces. NFKC would do that too, but it also
 * turns one character into several (`⑽`, `㏂`, `℀` with its slash) and makes names equal that nobody typed as such.
 * The result is a fixed point: normalising it again changes nothing, so two spellings never reach two accounts.
 */
export function normaliseUsername(typed: string): NormalisedUsername {
  const looksLikeMail = /[@＠]/.test(typed.slice(0, usernameLimit));
  if (typed.length > usernameLimit) {
    return { username: undefined, looksLikeMail };
  }
  const normalised = narrow(typed).trim().normalize('NFC').toLowerCase().normalize('NFC');
  return { username: isUsable(normalised) ? (normalised as Username) : undefined, looksLikeMail };
}

function narrow(text: string): string {
  return text.replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
}

// \p{C} holds control, format (zero width, bidirectional), private and unassigned characters, and lone surrogates.
function isUsable(name: string): boolean {
  return name.length > 0 && name.length <= usernameLimit && !/[\p{C}\s]/u.test(name);
}
