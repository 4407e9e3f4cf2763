/** The present, in milliseconds since the epoch. An argument everywhere, so that tests decide what time it is. */
export type Clock = () => number;

/** Makes a fresh, unguessable identifier that is a valid xs:ID (it starts with `_`); at least 128 random bits (SAML Core 1.3.4). */
export type IdMaker = () => string;

export const seconds = (n: number): number => n * 1000;
export const minutes = (n: number): number => n * 60_000;
export const hours = (n: number): number => n * 3_600_000;
