/** For denials, which must not be got round by another spelling of the same: case, width, and white space around it. */
export const foldCase = (text: string): string => text.normalize('NFKC').toLowerCase().trim();
