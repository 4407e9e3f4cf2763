import type { Notice } from '@gakumon/assembly';
import { unknownAddress } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import request from 'supertest';
import { createApp, createLog } from '../index.ts';
import { openTestDoor } from './testDoor.ts';

async function behindProxy() {
  const { parts } = await openTestDoor();
  const lines: { readonly address?: string; readonly path?: string }[] = [];
  const notices: Notice[] = [];
  const config = { ...parts.config, listen: { ...parts.config.listen, trustedProxies: ['127.0.0.0/8', '::1/128'] } };
  const log = createLog({ write: (line) => void lines.push(JSON.parse(line)) });
  const app = createApp({ ...parts, config, report: (notice) => void notices.push(notice) }, { log });
  return { app, lines, notices };
}

test('attack: whom the proxy tells nothing about has no address, and the operator is told once', async () => {
  const { app, lines, notices } = await behindProxy();
  for (const header of [undefined, 'unknown', '203.0.113.9, ', '"203.0.113.9"']) {
    const asked = request(app).get('/portal');
    await (header === undefined ? asked : asked.set('X-Forwarded-For', header));
  }
  const addresses = lines.filter(({ path }) => path?.startsWith('/portal')).map(({ address }) => address);
  expect(addresses).toEqual(Array(4).fill(unknownAddress));
  expect(notices).toEqual([
    {
      level: 'warn',
      message: expect.stringMatching(/^a proxy of listen\.trustedProxies tells no address: .* in no network/),
      fields: {
        proxy: expect.stringMatching(/^(127\.|::1)/),
        header: 'X-Forwarded-For is missing',
        hint: expect.stringContaining('append the address of who connects'),
      },
    },
  ]);
});

test('probes of a balancer, which tell no address, are answered, and nobody is told of them', async () => {
  const { app, notices } = await behindProxy();
  for (const probe of ['/healthz', '/readyz', '/readyz/sign-on'])
    expect((await request(app).get(probe)).status).toBe(200);
  expect(notices).toEqual([]);
});

test('whom the proxy tells about has that address, and there is nothing to tell', async () => {
  const { app, lines, notices } = await behindProxy();
  await request(app).get('/portal').set('X-Forwarded-For', '203.0.113.9');
  expect(lines).toContainEqual(expect.objectContaining({ address: '203.0.113.9' }));
  expect(notices).toEqual([]);
});
