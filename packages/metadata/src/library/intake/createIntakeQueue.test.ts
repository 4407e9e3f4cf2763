import { describe, expect, test } from '@jest/globals';
import type { IntakeJob, IntakeResult } from '../refreshing.ts';
import { madeSource } from '../testing/madeSource.ts';
import { createIntakeQueue } from './createIntakeQueue.ts';

const url = 'https://metadata.example.org/metadata.xml';
const jobOf = (name: string): IntakeJob => ({
  source: madeSource(name, { kind: 'url', url }),
  from: { url, validators: {} },
  into: '',
  now: 0,
});
const unchanged: IntakeResult = { kind: 'unchanged' };
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** An intake that ends when it is told to. */
function heldIntake() {
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<IntakeResult>>();
  const intake = createIntakeQueue(({ source }) => {
    begun.push(source.name);
    const end = Promise.withResolvers<IntakeResult>();
    ends.set(source.name, end);
    return end.promise;
  });
  const take = (name: string) => intake(jobOf(name), {});
  return { begun, take, endOf: (name: string) => ends.get(name) };
}

describe('the queue of intakes', () => {
  test('attack: a document that takes for ever keeps no other source waiting', async () => {
    const { begun, take, endOf } = heldIntake();
    void take('evil');
    void take('evil');
    const good = take('good');
    const other = take('other');
    await settled();
    expect(begun).toEqual(['evil', 'good']);
    endOf('good')?.resolve(unchanged);
    expect(await good).toBe(unchanged);
    await settled();
    expect(begun).toEqual(['evil', 'good', 'other']);
    endOf('other')?.resolve(unchanged);
    expect(await other).toBe(unchanged);
    await settled();
    expect(begun).toEqual(['evil', 'good', 'other']);
  });

  test('goes on after one that failed, and tells why', async () => {
    const { begun, take, endOf } = heldIntake();
    const [first, second] = [take('one'), take('one')];
    await settled();
    endOf('one')?.reject(new TypeError('broken'));
    await expect(first).rejects.toThrow('broken');
    await settled();
    endOf('one')?.resolve(unchanged);
    expect(await second).toBe(unchanged);
    expect(begun).toEqual(['one', 'one']);
  });
});
