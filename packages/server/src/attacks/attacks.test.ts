import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorCode, type ErrorRow, errorTable, hours } from '@gakumon/terms';
import { testKeys } from '@gakumon/testkit';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDoor, responseOf, type TestDoor, type TestDoorOptions } from '../flows/testDoor.ts';
import { errorMessages, type PageErrorCode } from '../messages/index.ts';
import { type AttackedDoor, type AttackFile, attackedAt, makeAttackedSps } from './attack.ts';
import { everydayErrors } from './everyday.ts';
import { type RawAnswer, sendRaw } from './sendRaw.ts';

let door: AttackedDoor;
/** Every code that this suite saw told to a person or to an SP. */
const seen = new Set<string>();

async function openAttackedDoor(options: TestDoorOptions = {}): Promise<AttackedDoor> {
  let sps: Pick<AttackedDoor, 'signing' | 'wrapped'> | undefined;
  const opened: TestDoor = await openTestDoor({
    ...options,
    at: attackedAt,
    moreSps: (clock) => {
      sps = makeAttackedSps(clock);
      return [sps.signing, sps.wrapped];
    },
  });
  return { ...opened, ...(sps ?? makeAttackedSps(opened.clock)) };
}

beforeAll(async () => {
  door = await openAttackedDoor();
});

const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const kinds = await Promise.all(
  folders.map(async ({ name }): Promise<[string, AttackFile]> => {
    return [name, (await import(join(import.meta.dirname, name, 'attacks.ts'))) as AttackFile];
  }),
);

/** A server that still chews on the last attack answers nobody. */
async function expectAlive({ baseUrl }: TestDoor): Promise<void> {
  const alive = await fetch(`${baseUrl}/healthz`, { signal: AbortSignal.timeout(1000) });
  expect(alive.status).toBe(200);
}

afterEach(async () => {
  door.clock.advance(Date.parse(attackedAt) - door.clock());
  await expectAlive(door);
});

describe.each(kinds)('%s', (_, { attacks, doorOptions }) => {
  let attacked: AttackedDoor;
  beforeAll(async () => {
    attacked = doorOptions === undefined ? door : await openAttackedDoor(doorOptions);
  });
  beforeEach(() => {
    // A code is good once, and guesses are counted for a day
    if (doorOptions !== undefined) attacked.clock.advance(hours(25));
  });
  afterEach(() => expectAlive(attacked));

  test.each(attacks.map((attack) => [attack.name, attack] as const))('%s', async (_name, { request, expected }) => {
    const raw = await request(attacked);
    const before = attacked.log.length;
    const answer = await sendRaw(attacked.baseUrl, raw);
    const codes = attacked.log.slice(before).flatMap(({ code }) => (typeof code === 'string' ? [code] : []));
    expectHarmless(answer);
    if ('page' in expected) expectPage(answer, expected.page, codes);
    else if ('told' in expected) expectTold(answer, expected.told, codes);
    else if ('sp' in expected) expectSamlError(answer, expected.sp);
    else if ('shows' in expected) expectLogin(answer, codes);
    else expectBroken(answer, expected.broken);
  });
});

/** Whatever the answer is: nothing of ours broke, and nothing of what was sent stands in it as markup. */
function expectHarmless({ status, headers, body }: RawAnswer): void {
  expect(status).toBeLessThan(500);
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(body).not.toMatch(/<script(?! src="\/assets\/)|<img src=x|[^;] on\w+=|\.ts:\d|\n\s+at /);
}

function expectPage({ status, body, setCookie }: RawAnswer, code: ErrorCode, codes: readonly string[]): void {
  const row: ErrorRow = errorTable[code];
  expect(codes).toEqual([code]);
  expect(status).toBe(row.http);
  expect(setCookie).toEqual([]);
  const { title } = errorMessages.en[code as keyof typeof errorMessages.en];
  expect(body.replaceAll('&#39;', "'")).toContain(`<h1>${title}</h1>`);
  expect(body).toMatch(/<h2>.+<\/h2>\s*<p>.+<\/p>[\s\S]*(?:<a [^>]*href="|<button)/);
  expect(body).not.toMatch(/SAMLResponse|evil\.example/);
  seen.add(code);
}

/** Who only looks for what is not there has tried nothing that would be worth a line. */
const unlogged: ReadonlySet<ErrorCode> = new Set(['authenticator-fixed', 'authenticator-not-found']);

function expectTold({ status, body }: RawAnswer, code: PageErrorCode, codes: readonly string[]): void {
  expect(status).toBe(200);
  if (codes.length > 0 || !unlogged.has(code)) expect(codes).toEqual([code]);
  const [alert = ''] = /role="alert"[\s\S]*?<\/div>/.exec(body) ?? [];
  expect(alert.replaceAll('&#39;', "'")).toContain(errorMessages.en[code].title.split('{')[0]);
  expect(body).not.toMatch(/SAMLResponse|evil\.example/);
  seen.add(code);
}

function expectSamlError({ body }: RawAnswer, code: ErrorCode): void {
  const row: ErrorRow = errorTable[code];
  const [, action = ''] = /<form method="post" action="([^"]*)" data-post>/.exec(body) ?? [];
  const [, samlResponse = ''] = /name="SAMLResponse" value="([^"]*)"/.exec(body) ?? [];
  const [, requestId = ''] = /InResponseTo="([^"]*)"/.exec(Buffer.from(samlResponse, 'base64').toString()) ?? [];
  expect(action).toBe(door.sp.acs);
  const read = door.sp.read(samlResponse, {
    requestId,
    idpEntityId: door.entityId,
    idpCertificates: [testKeys.idpSigning.certificatePem],
  });
  expect(read).toMatchObject({ signed: true, assertion: undefined });
  expect([read.status.code, read.status.second]).toEqual(row.status);
  seen.add(code);
}

function expectBroken({ status, body }: RawAnswer, expected: number): void {
  expect(status).toBe(expected);
  expect(body).toMatch(/<section lang="ja"><h1>.+<section lang="en"><h1>.+<a href="\/">/);
}

function expectLogin({ status, body }: RawAnswer, codes: readonly string[]): void {
  expect([status, codes]).toEqual([200, []]);
  expect(body).toContain('name="password"');
}

/** The person mends these, or reads of them, on the page itself that they were on; it is shown once more. */
const isOnItsPage = (code: ErrorCode): boolean =>
  code === 'busy' || ['credentials-', 'account-', 'password-'].some((start) => code.startsWith(start));

describe('what goes wrong without any attack', () => {
  test.each(everydayErrors)('$code', async ({ code, reach }) => {
    const before = door.log.length;
    const { page, sp, log = door.log } = await reach(door);
    const row: ErrorRow = errorTable[code];
    if (sp === undefined) {
      if (!isOnItsPage(code)) expect(page.status).toBe(row.http);
      expect(log.slice(log === door.log ? before : 0).map((line) => line.code)).toContain(code);
      expect(page.body).toContain(errorMessages.en[code].title.split('{')[0]);
      expect(page.links.length + page.forms.length).toBeGreaterThan(0);
    } else {
      const [, requestId = ''] =
        /InResponseTo="([^"]*)"/.exec(Buffer.from(responseOf(page), 'base64').toString()) ?? [];
      const expected = { requestId, idpEntityId: door.entityId, idpCertificates: [testKeys.idpSigning.certificatePem] };
      const { status, signed, assertion } = sp.read(responseOf(page), expected);
      expect([status.code, status.second, signed, assertion]).toEqual([...(row.status ?? []), true, undefined]);
    }
    seen.add(code);
  });
});

test('every error that a person or an SP is told was reached above', () => {
  const told = Object.entries(errorTable).filter(([, row]) => row.told !== 'operator');
  expect(told.map(([code]) => code).filter((code) => !seen.has(code))).toEqual([]);
});
