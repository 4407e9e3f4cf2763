/** A text from outside on one line: what servers and foreign documents say must not steer the operator's terminal. */
export const plain = (text: string): string => text.replace(/[\p{C}\u2028\u2029]+/gu, ' ');
