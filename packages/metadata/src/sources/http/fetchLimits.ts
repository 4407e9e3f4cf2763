import { minutes, seconds } from '@gakumon/terms';

/** What a server may cost. Sizes in octets, times in milliseconds. */
export type FetchLimits = {
  /** What comes over the wire. */
  readonly wire: number;
  /** What it is when it is unpacked. */
  readonly decoded: number;
  /** Until there is a connection: the name is resolved, TLS is agreed on. */
  readonly connect: number;
  /** From there until the answer begins. */
  readonly firstByte: number;
  /** In such a time at least `leastPiece` octets have to come. */
  readonly idle: number;
  readonly leastPiece: number;
  /** All together. */
  readonly whole: number;
};

/** Of the head of an answer, octets. */
export const longestHead = 16_384;

/** For the document of a federation: eduGAIN's 100 MB, twice, over a slow line. */
export const documentFetchLimits: FetchLimits = {
  wire: 268_435_456,
  decoded: 268_435_456,
  connect: seconds(20),
  firstByte: seconds(60),
  idle: seconds(30),
  leastPiece: 1024,
  whole: minutes(15),
};

/** For one entity while somebody waits for the login page. */
export const entityFetchLimits: FetchLimits = {
  wire: 1_048_576,
  decoded: 1_048_576,
  connect: seconds(2),
  firstByte: seconds(2.5),
  idle: seconds(2),
  leastPiece: 1,
  whole: seconds(3),
};
