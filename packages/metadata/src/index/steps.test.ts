import { describe, expect, test } from '@jest/globals';
import { doAtOnce, doInTurns, type Steps } from './steps.ts';

function* count(to: number, onStep: () => void = () => {}): Steps<number> {
  for (let done = 0; done < to; done += 1) {
    onStep();
    yield;
  }
  return to;
}

function* fail(): Steps<never> {
  yield;
  throw new RangeError('broken');
}

describe('work in steps', () => {
  test('gives the same at once and in turns', async () => {
    expect(doAtOnce(count(3))).toBe(3);
    expect(await doInTurns(count(3))).toBe(3);
  });

  test('throws what a step throws', async () => {
    expect(() => doAtOnce(fail())).toThrow(RangeError);
    await expect(doInTurns(fail())).rejects.toThrow(RangeError);
  });

  test('lets others have their turn when it takes long', async () => {
    let served = 0;
    const serve = (): void => {
      served += 1;
      timer = setImmediate(serve);
    };
    let timer = setImmediate(serve);
    // Each step is as long as a whole turn.
    const busy = (): void => {
      for (const until = performance.now() + 5; performance.now() < until; );
    };
    await doInTurns(count(10, busy));
    clearImmediate(timer);
    expect(served).toBeGreaterThanOrEqual(5);
  });
});
