import { describe, expect, test } from '@jest/globals';
import { createHashingQueue } from './hashingQueue.ts';

/** Work that goes on until it is told to end. */
function createWork<T>() {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const state = { started: false };
  const work = (): Promise<T> => {
    state.started = true;
    return promise;
  };
  return { work, state, resolve, reject };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('createHashingQueue', () => {
  test('a flood is refused as busy: so many run, so many wait, no more', async () => {
    const queue = createHashingQueue({ running: 2, waiting: 3 });
    const works = Array.from({ length: 5 }, () => createWork<string>());
    const accepted = works.map(({ work }) => queue(work));
    await settle();
    expect(works.map(({ state }) => state.started)).toEqual([true, true, false, false, false]);
    for (let i = 0; i < 100; i += 1) {
      await expect(queue(async () => 'never')).rejects.toMatchObject({ code: 'busy' });
    }
    for (const { resolve } of works) resolve('done');
    expect(await Promise.all(accepted)).toEqual(['done', 'done', 'done', 'done', 'done']);
    expect(await queue(async () => 'open again')).toBe('open again');
  });

  test('the first to come is the first to run, and a newcomer does not slip past those who wait', async () => {
    const queue = createHashingQueue({ running: 1, waiting: 9 });
    const order: string[] = [];
    const first = createWork<void>();
    const all = [queue(first.work), queue(async () => void order.push('second'))];
    await settle();
    first.resolve();
    all.push(queue(async () => void order.push('third')));
    await Promise.all(all);
    expect(order).toEqual(['second', 'third']);
  });

  test('never more than allowed at once', async () => {
    const queue = createHashingQueue({ running: 3, waiting: 100 });
    let running = 0;
    let most = 0;
    const one = async () => {
      running += 1;
      most = Math.max(most, running);
      await settle();
      running -= 1;
    };
    await Promise.all(Array.from({ length: 50 }, () => queue(one)));
    expect(most).toBe(3);
  });

  test('work that fails gives its place back', async () => {
    const queue = createHashingQueue({ running: 1, waiting: 0 });
    for (let i = 0; i < 3; i += 1) {
      await expect(
        queue(async () => {
          throw new RangeError('out of memory');
        }),
      ).rejects.toThrow('out of memory');
    }
    expect(await queue(async () => 'still open')).toBe('still open');
  });
});

/** Timers that go off when the test says so. */
function createAlarms() {
  const set = new Map<() => void, number>();
  return {
    set,
    alarm: (milliseconds: number, call: () => void) => {
      set.set(call, milliseconds);
      return () => void set.delete(call);
    },
    goOff: () => {
      for (const call of [...set.keys()]) call();
    },
  };
}

/** A queue whose only place is taken until `free` is called; what runs after that is noted by name. */
async function occupied(limits: { waiting: number; waitingPerTurn?: number; patience?: number }) {
  const alarms = createAlarms();
  const queue = createHashingQueue({ running: 1, ...limits }, alarms.alarm);
  const first = createWork<void>();
  const done = queue(first.work);
  await settle();
  const order: string[] = [];
  const come = (name: string, turn: string, signal?: AbortSignal) =>
    queue(async () => void order.push(name), { turn, signal }).then(
      () => 'hashed',
      (error) => error.code,
    );
  const free = async () => {
    first.resolve();
    await done;
  };
  return { alarms, come, free, order };
}

describe('those who wait', () => {
  test('attack: 420 logins that hang up cost no hash, and their places are free at once', async () => {
    const { come, free, order } = await occupied({ waiting: 400, waitingPerTurn: 400 });
    const hangUp = new AbortController();
    const flood = Array.from({ length: 420 }, (_, i) => come(`flood ${i}`, '192.0.2.1', hangUp.signal));
    hangUp.abort();
    const person = come('person', '192.0.2.1');
    await free();
    expect(await person).toBe('hashed');
    expect(new Set(await Promise.all(flood))).toEqual(new Set(['busy']));
    expect(order).toEqual(['person']);
  });

  test('attack: who has gone before the turn is asked for is not hashed either', async () => {
    const { come, free, order } = await occupied({ waiting: 9 });
    await free();
    expect(await come('gone', 'a', AbortSignal.abort())).toBe('busy');
    expect(order).toEqual([]);
    expect(await come('person', 'a')).toBe('hashed');
  });

  test('attack: a flood of one network delays the login of another by one hash', async () => {
    const { come, free, order } = await occupied({ waiting: 400 });
    const flood = Array.from({ length: 90 }, (_, i) => come(`flood ${i}`, '192.0.2.1'));
    const people = [come('one', '198.51.100.1'), come('two', '198.51.100.2')];
    await free();
    await Promise.all([...flood, ...people]);
    expect(order.slice(0, 5)).toEqual(['flood 0', 'one', 'two', 'flood 1', 'flood 2']);
  });

  test('attack: a network that has its share is told to come again, another is not', async () => {
    const { come, free } = await occupied({ waiting: 9, waitingPerTurn: 2 });
    const waiting = [come('a', '192.0.2.1'), come('b', '192.0.2.1')];
    expect(await come('c', '192.0.2.1')).toBe('busy');
    const other = come('d', '198.51.100.1');
    await free();
    expect(await Promise.all([...waiting, other])).toEqual(['hashed', 'hashed', 'hashed']);
  });

  test('attack: networks that take all places together give the last of the longest up to one that has none', async () => {
    const { come, free, order } = await occupied({ waiting: 5 });
    const flood = ['a', 'a', 'a', 'b', 'b'].map((turn, i) => come(`${turn}${i}`, turn));
    const person = come('person', 'c');
    expect(await flood[2]).toBe('busy');
    expect(await come('b5', 'b')).toBe('busy');
    await free();
    expect(await person).toBe('hashed');
    await Promise.all(flood);
    expect(order).toEqual(['a0', 'b3', 'person', 'a1', 'b4']);
  });

  test('nobody waits for longer than patience; the place of who was told so is free', async () => {
    const { alarms, come, free, order } = await occupied({ waiting: 1, patience: 10_000 });
    const patient = come('patient', 'a');
    expect([...alarms.set.values()]).toEqual([10_000]);
    alarms.goOff();
    expect(await patient).toBe('busy');
    const later = come('later', 'a');
    await free();
    expect(await later).toBe('hashed');
    expect(order).toEqual(['later']);
    expect(alarms.set.size).toBe(0);
  });

  test('a lecture room of 300 behind one address: who is told to come again gets through', async () => {
    const queue = createHashingQueue({ running: 2, waiting: 400 });
    let hashed = 0;
    const hash = async () => {
      hashed += 1;
    };
    let room = 300;
    let rounds = 0;
    for (; room > 0; rounds += 1) {
      const told = await Promise.allSettled(Array.from({ length: room }, () => queue(hash, { turn: '192.0.2.1' })));
      room = told.filter(({ status }) => status === 'rejected').length;
    }
    expect({ hashed, rounds }).toEqual({ hashed: 300, rounds: 3 });
  });
});
