import { GakumonError } from '@gakumon/terms';
import type { FetchLimits } from './fetchLimits.ts';
import type { Refuse } from './refusal.ts';

/** Ends an exchange that takes too long, or that is no longer wanted. */
export type Deadlines = {
  /** Aborted with the error that says why. */
  readonly signal: AbortSignal;
  readonly enter: (phase: Phase) => void;
  /** Octets came over the wire. */
  readonly received: (octets: number) => void;
  readonly cut: (reason: unknown) => void;
  /** No deadline counts any more. */
  readonly end: () => void;
};

type Phase = 'connect' | 'firstByte' | 'idle';

const words: Readonly<Record<Phase, (time: string, least: number) => string>> = {
  connect: (time) => `no connection within ${time}`,
  firstByte: (time) => `connected, but no answer within ${time}`,
  idle: (time, least) => `the answer stalled: less than ${least} octets came within ${time}`,
};

const hint =
  'is the server up, and does a firewall between here and there let it through, or want a proxy (metadata.proxy)?';

/** The time runs from now. */
export function createDeadlines(limits: FetchLimits, refuse: Refuse, outer: AbortSignal | undefined): Deadlines {
  const controller = new AbortController();
  function cut(reason: unknown): void {
    end();
    controller.abort(reason);
  }
  function end(): void {
    clearTimeout(whole);
    clearTimeout(timer);
    outer?.removeEventListener('abort', stop);
    isOver = true;
  }
  const stop = (): void => cut(new GakumonError('interrupted', { detail: 'fetching metadata was stopped' }));
  const late = (what: string): void => cut(refuse(what, { hint }));
  const whole = setTimeout(() => late(`not finished within ${inSeconds(limits.whole)}`), limits.whole);
  let timer: NodeJS.Timeout | undefined;
  let octets = 0;
  let isOver = false;

  function enter(phase: Phase): void {
    clearTimeout(timer);
    octets = 0;
    if (isOver) return;
    timer = setTimeout(() => late(words[phase](inSeconds(limits[phase]), limits.leastPiece)), limits[phase]);
  }

  if (outer?.aborted === true) stop();
  outer?.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    enter,
    cut,
    received: (count) => {
      octets += count;
      if (octets >= limits.leastPiece) enter('idle');
    },
    end,
  };
}

function inSeconds(milliseconds: number): string {
  return `${milliseconds / 1000} s`;
}
