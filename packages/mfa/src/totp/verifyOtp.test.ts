import type { AuthenticatorId, Username } from '@gakumon/terms';
import { minutes, seconds } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import type { SingleUseCodes } from '../ports.ts';
import { computeOtp, otpStep, otpStepOf } from './otp.ts';
import { confirmTotpCode, type OtpDevice, verifyOtp } from './verifyOtp.ts';

const username = 's1234567' as Username;
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const start = Date.parse('2024-04-08T09:00:00Z');
const present = otpStepOf(start);

/** What all nodes share: which codes were used, and what time it is. */
function nodes(): SingleUseCodes & { readonly used: Map<string, number>; now: number } {
  const used = new Map<string, number>();
  return {
    used,
    now: start,
    async use(code, keepUntil) {
      if (keepUntil <= this.now || used.has(code)) return false;
      used.set(code, keepUntil);
      return true;
    },
  };
}

function device(drift = 0, id = 'phone'): OtpDevice {
  return { id: id as AuthenticatorId, secret, drift };
}

/** Types the code of a step, counted from `start`, at that moment or `late` milliseconds after it. */
function type(codes: ReturnType<typeof nodes>, step: number, options: { drift?: number; late?: number } = {}) {
  codes.now = start + (options.late ?? 0);
  return verifyOtp(codes, device(options.drift), username, computeOtp(secret, present + step), codes.now);
}

describe('a code is accepted', () => {
  test.each([-1, 0, 1])('one step around now: %i', async (step) => {
    expect(await type(nodes(), step)).toEqual({ kind: 'accepted', step: present + step, drift: step });
  });

  test.each([
    [-2, [-3, -2, -1, 0]],
    [-1, [-2, -1, 0]],
    [1, [0, 1, 2]],
    [2, [0, 1, 2, 3]],
  ])('and around the drift of last time, %i: %j', async (drift, good) => {
    const verdicts = [];
    for (let step = -20; step <= 20; step += 1) verdicts.push([step, (await type(nodes(), step, { drift })).kind]);
    expect(verdicts.filter(([, kind]) => kind === 'accepted').map(([step]) => step)).toEqual(good);
    expect(new Set(verdicts.map(([, kind]) => kind))).toEqual(new Set(['accepted', 'drifted']));
  });

  test('by a person who typed slowly last time, and whose clock is right', async () => {
    const late = await type(nodes(), -2, { drift: -1 });
    expect(late).toMatchObject({ kind: 'accepted', drift: -2 });
    expect(await type(nodes(), 0, { drift: -2 })).toMatchObject({ kind: 'accepted', drift: 0 });
  });

  test.each([
    [
      'full-width digits',
      (code: string) => code.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)),
    ],
    ['spaces', (code: string) => ` ${code.slice(0, 3)} ${code.slice(3)}\u3000`],
    ['hyphens', (code: string) => `${code.slice(0, 3)}-${code.slice(3, 5)}\u2212${code.slice(5)}`],
    ['invisible characters', (code: string) => `\u200b${code}\ufeff`],
  ])('however it is typed: %s', async (_, write) => {
    const typed = write(computeOtp(secret, present));
    expect(await verifyOtp(nodes(), device(), username, typed, start)).toMatchObject({ kind: 'accepted' });
  });
});

describe('a code is refused', () => {
  test.each([
    ['nothing', ''],
    ['five digits', '12345'],
    ['seven digits', '1234567'],
    ['letters', 'abcdef'],
    ['digits of another script', '١٢٣٤٥٦'],
    ['a sign', '+12345'],
    ['a number', '1e5000'],
    ['very much', '1'.repeat(1_000_000)],
  ])('%s', async (_, typed) => {
    expect(await verifyOtp(nodes(), device(), username, typed, start)).toEqual({ kind: 'wrong' });
  });

  test.each(['1', `${' '.repeat(100)}1`, ' '.repeat(100)])('a right code with %j behind it', async (rest) => {
    const typed = `${computeOtp(secret, present)}${rest}`;
    expect(await verifyOtp(nodes(), device(), username, typed, start)).toEqual({ kind: 'wrong' });
  });

  test('of another secret, and nothing is used up', async () => {
    const codes = nodes();
    const other = { ...device(), secret: 'A'.repeat(32) };
    expect(await verifyOtp(codes, other, username, computeOtp(secret, present), start)).toEqual({ kind: 'wrong' });
    expect(codes.used.size).toBe(0);
  });

  test('more than ten minutes away', async () => {
    for (const step of [-22, -21, 21, 22]) expect(await type(nodes(), step)).toEqual({ kind: 'wrong' });
  });
});

describe('a clock that is off', () => {
  test.each([
    [-6, 180, true],
    [-2, 60, true],
    [2, 60, false],
    [20, 600, false],
  ])('by %i steps is told of and not accepted', async (step, off, slow) => {
    expect(await type(nodes(), step)).toEqual({ kind: 'drifted', seconds: off, slow });
  });

  test('is told of when the authenticator is enrolled, which it does not complete', async () => {
    const codes = nodes();
    const pending = { id: 'new' as AuthenticatorId, secret };
    const typed = computeOtp(secret, present - 6);
    expect(await confirmTotpCode(codes, pending, username, typed, start)).toMatchObject({
      kind: 'drifted',
      slow: true,
    });
    const good = computeOtp(secret, present);
    expect(await confirmTotpCode(codes, pending, username, good, start)).toMatchObject({ kind: 'accepted', drift: 0 });
    expect(await verifyOtp(codes, { ...pending, drift: 0 }, username, good, start)).toEqual({ kind: 'used' });
  });

  test('cannot be led away: the drift of one login is counted from now, never from the last', async () => {
    let drift = 0;
    for (let login = 0; login < 10; login += 1) {
      const verdict = await type(nodes(), drift + 1, { drift });
      if (verdict.kind === 'accepted') drift = verdict.drift;
    }
    expect(drift).toBe(2);
    expect(await type(nodes(), 3, { drift: 500 })).toMatchObject({ kind: 'accepted', drift: 2 });
    expect(await type(nodes(), 4, { drift: 500 })).toMatchObject({ kind: 'drifted' });
  });
});

describe('guessing', () => {
  test('a guess that happens to be of a later time is worth nothing when that time comes', async () => {
    const codes = nodes();
    expect(await type(codes, 10)).toMatchObject({ kind: 'drifted', slow: false });
    expect(await type(codes, 10, { late: 10 * otpStep })).toEqual({ kind: 'used' });
    expect(await type(codes, 10, { late: 13 * otpStep + seconds(29), drift: -2 })).toEqual({ kind: 'used' });
    expect(await type(codes, 11, { late: 11 * otpStep })).toMatchObject({ kind: 'accepted' });
  });

  test('a code of the past cannot come back, so nothing is written for it', async () => {
    const codes = nodes();
    expect(await type(codes, -10)).toMatchObject({ kind: 'drifted' });
    expect(codes.used.size).toBe(0);
  });

  test('of all million codes three are good at one moment, four with the largest drift', async () => {
    const steps = Array.from({ length: 401 }, (_, index) => index - 200);
    for (const [drift, good] of [
      [0, 3],
      [1, 3],
      [2, 4],
      [-2, 4],
    ] as const) {
      const kinds = [];
      for (const step of steps) kinds.push((await type(nodes(), step, { drift })).kind);
      expect(kinds.filter((kind) => kind === 'accepted')).toHaveLength(good);
    }
  });
});

describe('replay', () => {
  test('a code is good once, at whichever node', async () => {
    const codes = nodes();
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => type(codes, 0)));
    expect(verdicts.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
    expect(verdicts.filter(({ kind }) => kind === 'used')).toHaveLength(19);
  });

  test('until it can no longer be accepted, though the clocks of nodes differ by a minute', async () => {
    const codes = nodes();
    await type(codes, 1);
    for (let late = 0; late <= minutes(3); late += seconds(10)) {
      for (const drift of [-2, 0, 2]) {
        const fast = await type(codes, 1, { late, drift });
        expect(fast.kind).not.toBe('accepted');
      }
    }
    codes.now = start + minutes(4);
    const behind = await verifyOtp(codes, device(-2), username, computeOtp(secret, present + 1), start + minutes(2));
    expect(behind.kind).not.toBe('accepted');
  });

  test('a code that was seen and never sent is worth nothing once its successor was accepted', async () => {
    const codes = nodes();
    expect(await type(codes, 1)).toMatchObject({ kind: 'accepted' });
    for (const drift of [-2, -1, 0, 1, 2]) {
      for (const step of [-3, -2, -1, 0]) expect((await type(codes, step, { drift })).kind).not.toBe('accepted');
    }
  });

  test('the next code is good all the same', async () => {
    const codes = nodes();
    await type(codes, 0);
    expect(await type(codes, 1, { late: otpStep })).toMatchObject({ kind: 'accepted' });
  });

  test('another authenticator, and another person with the same one, have codes of their own', async () => {
    const codes = nodes();
    const typed = computeOtp(secret, present);
    await type(codes, 0);
    expect(await verifyOtp(codes, device(0, 'tablet'), username, typed, start)).toMatchObject({ kind: 'accepted' });
    const other = 's7654321' as Username;
    expect(await verifyOtp(codes, device(), other, typed, start)).toMatchObject({ kind: 'accepted' });
  });

  test('a store that is down lets nobody in', async () => {
    const down: SingleUseCodes = { use: () => Promise.reject(new Error('down')) };
    await expect(verifyOtp(down, device(), username, computeOtp(secret, present), start)).rejects.toThrow('down');
  });
});
