import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { openTestDoor, type TestDoor } from './flows/testDoor.ts';
import { createApp, createLog } from './index.ts';

let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor();
});

/** The door with a theme whose error page is broken in a way that shows only when it is made. */
async function themedDoor() {
  const themeDirectory = await temporaryFolder();
  await writeFile(join(themeDirectory, 'error.eta'), '<%= it.nobody.knows.this %>');
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ write: (line) => void lines.push(JSON.parse(line)) });
  return { app: createApp(door.parts, { themeDirectory, log }), lines };
}

describe('when not even the error page can be made', () => {
  // In front of Express, behind it, and nowhere.
  test.each(['/idp/profile/SAML2/POST/SSO', '/idp/login', '/nowhere'])('%s is still answered', async (path) => {
    const { app, lines } = await themedDoor();
    const answer = await request(app).put(path);
    expect(answer.status).toBe(500);
    expect(answer.text).toBe('Internal Server Error\n');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    const [failed] = lines.filter(({ msg }) => msg === 'failed');
    expect(failed).toMatchObject({ code: 'internal', requestId: answer.headers['x-request-id'] });
    expect(failed?.err).toMatchObject({ stack: expect.stringContaining('knows') });
  });
});

test('an answer says the same request id as its line in the log', async () => {
  const waiting = new Map<unknown, (line: Record<string, unknown>) => void>();
  const write = (text: string): void => {
    const line = JSON.parse(text);
    if (line.msg === 'answered') waiting.get(line.path)?.(line);
  };
  const app = createApp(door.parts, { log: createLog({ write }) });
  for (const path of ['/', '/idp/login', '/nowhere']) {
    const logged = new Promise((resolve) => waiting.set(path, resolve));
    const { headers, status } = await request(app).get(path);
    expect(await logged).toMatchObject({ status, requestId: headers['x-request-id'] });
  }
});
