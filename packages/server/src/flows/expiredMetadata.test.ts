import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hours } from '@gakumon/terms';
import { pretendSp } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { openTestDoor, type TestDoor } from './testDoor.ts';

/** Its metadata is there, and holds for an hour. */
async function openWithExpiring(): Promise<TestDoor & { readonly expiring: string }> {
  const door = await openTestDoor();
  const entityId = 'https://expiring.example.org/';
  const sp = pretendSp({ entityId, clock: door.clock });
  const until = new Date(door.clock() + hours(1)).toISOString();
  const [source] = door.parts.config.metadata.sources;
  if (source?.origin.kind !== 'directory') throw new Error('the test door has its metadata elsewhere');
  const metadata = sp.metadata().replace(' entityID=', ` validUntil="${until}" entityID=`);
  await writeFile(join(source.origin.path, 'expiring.xml'), metadata);
  const deadline = performance.now() + 20_000;
  while ((await door.parts.serviceProviders.find(entityId)) === undefined) {
    if (performance.now() > deadline) throw new Error('nobody took notice of it');
    await pause(20);
  }
  return { ...door, expiring: entityId };
}

test('a service whose metadata has expired: the person gets the plain page, the log the source and the time', async () => {
  const door = await openWithExpiring();
  const status = async (path: string): Promise<number> => (await fetch(`${door.baseUrl}${path}`)).status;
  expect([await status('/readyz'), await status('/readyz/sign-on')]).toEqual([200, 200]);
  door.clock.advance(hours(2));
  const asked = new URLSearchParams({ providerId: door.expiring });
  const page = await fetch(`${door.baseUrl}/idp/profile/SAML2/Unsolicited/SSO?${asked}`);
  const text = await page.text();
  expect(page.status).toBe(403);
  expect(text).not.toMatch(/expired|metadata/i);
  expect(door.log).toContainEqual(
    expect.objectContaining({
      code: 'service-unknown',
      detail: expect.stringMatching(/^"https:\/\/expiring\.example\.org\/": what \w+ tells of it expired at \d{4}-/),
    }),
  );
  // The monitor is told; the balancer goes on, since the other node has the same metadata
  expect([await status('/readyz'), await status('/readyz/sign-on')]).toEqual([503, 200]);
  expect(door.notices).toContainEqual(
    expect.objectContaining({ level: 'error', message: 'a metadata source is unusable' }),
  );
});
