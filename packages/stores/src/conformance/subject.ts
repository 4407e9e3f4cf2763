/** A port under test, with the levers that a suite pulls. */
export type Subject<Port> = {
  readonly port: Port;
  /** The same state through another handle: another connection, another node. Races run over both. */
  readonly peer: Port;
  /** Sets what the injected clock says, milliseconds. */
  setNow(now: number): void;
  sweep(now: number): Promise<number>;
  /** Whether `sweep` deletes what is over and tells how much; an engine that expires by real time by itself doesn't. */
  readonly counts: boolean;
  close(): Promise<void>;
};

export type OpenSubject<Port> = () => Promise<Subject<Port>>;

/** When every suite begins. */
export const start = Date.UTC(2026, 10, 22, 9, 0, 0);

/** Runs a trial on a fresh subject and closes it whatever happens. */
export async function withSubject<Port>(
  open: OpenSubject<Port>,
  trial: (subject: Subject<Port>) => Promise<void>,
): Promise<void> {
  const subject = await open();
  try {
    subject.setNow(start);
    await trial(subject);
  } finally {
    await subject.close();
  }
}

/** Starts `count` calls at once, by turns through the two handles. */
export function race<Port, T>(
  { port, peer }: Subject<Port>,
  count: number,
  call: (port: Port, index: number) => Promise<T>,
): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => call(index % 2 === 0 ? port : peer, index)));
}

/** One part of a subject as a subject of its own. */
export function partOf<Whole, Port>(open: OpenSubject<Whole>, choose: (whole: Whole) => Port): OpenSubject<Port> {
  return async () => {
    const subject = await open();
    return { ...subject, port: choose(subject.port), peer: choose(subject.peer) };
  };
}
