import { randomBytes } from 'node:crypto';
import { hours, minutes } from '@gakumon/terms';
import type { Wish } from '../saml/authnRequest.ts';
import type { AssertionFacts } from '../saml/facts.ts';
import { type BoundedMap, boundedMap } from './boundedMap.ts';

/** A request that went to the IdP and has no answer yet. */
export type Pending = {
  readonly browser: string;
  readonly wish: Wish;
  /** A path of this service, where the person wanted to go. */
  readonly target: string;
  readonly relayState: string;
  readonly sentAt: number;
};

/** A login that was verified, on its way back into the browser that began it. */
export type Arrival = {
  readonly login: Login;
  readonly target: string;
  /** Undefined when the IdP began. */
  readonly browser: string | undefined;
};

/** Who is logged in here. */
export type Login = { readonly assertion: AssertionFacts; readonly solicited: boolean; readonly formToken: string };

export type Memory = {
  readonly pending: BoundedMap<Pending>;
  readonly arrivals: BoundedMap<Arrival>;
  readonly logins: BoundedMap<Login>;
  /** IDs of assertions that were accepted, for longer than any of them is valid. */
  readonly accepted: BoundedMap<true>;
};

/** All that the demonstration remembers; gone when it stops. */
export function createMemory(now: () => number): Memory {
  return {
    pending: boundedMap({ capacity: 10_000, lifetime: minutes(30), now }),
    arrivals: boundedMap({ capacity: 1000, lifetime: minutes(2), now }),
    logins: boundedMap({ capacity: 1000, lifetime: hours(8), now }),
    accepted: boundedMap({ capacity: 100_000, lifetime: hours(1), now }),
  };
}

/** 128 random bits, as text for cookies and addresses. */
export const newSecret = (): string => randomBytes(16).toString('base64url');
