/** For denials, which must not be got round by another spelling of the same. */
export const foldCase = (text: string): string => text.normalize('NFKC').toLowerCase();
