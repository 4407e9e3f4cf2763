/** Stands for a client's address that nobody could tell. It is in no network, and everybody without one is throttled together. */
export const unknownAddress = 'unknown';
