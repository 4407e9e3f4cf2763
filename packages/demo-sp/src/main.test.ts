import { createServer } from 'node:net';
import { freePort, testKeys } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { demoEnvironment, startDemo } from './testing/processes.ts';

const nobody = 'http://127.0.0.1:9';

describe('the process', () => {
  test('is ready, serves its page without the IdP, and ends on SIGTERM', async () => {
    const port = await freePort();
    const demo = startDemo(demoEnvironment(port, nobody));
    expect(await demo.waitFor(/^ready /)).toBe(`ready http://localhost:${port}`);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain('デモサービス');
    demo.kill('SIGTERM');
    expect(await demo.exited).toBe(0);
  });

  test('ends when its parent is gone', async () => {
    const demo = startDemo(demoEnvironment(await freePort(), nobody), true);
    await demo.waitFor(/^ready /);
    demo.disconnect();
    expect(await demo.exited).toBe(0);
  });

  test('ends when the port that it is told is taken, and says so', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const demo = startDemo(demoEnvironment(port, nobody));
    expect(await demo.exited).toBe(1);
    expect(demo.output()).toMatch(/demo-sp: error: port-taken[\s\S]*demo-sp: hint: .*GAKUMON_DEMO_PORT/);
    await new Promise((resolve) => other.close(resolve));
  });

  test.each<[string, Record<string, string | undefined>, string]>([
    ['no key', { GAKUMON_DEMO_KEY: undefined }, 'key-missing'],
    ['a key file that is not there', { GAKUMON_DEMO_KEY: '/nowhere.pem' }, 'file-unreadable'],
    ['a certificate as key', { GAKUMON_DEMO_KEY: testKeys.spSigning.certificateFile }, 'key-invalid'],
    ['a port that is none', { GAKUMON_DEMO_PORT: '80x' }, 'config-invalid'],
    ['an IdP that is no address', { GAKUMON_DEMO_IDP: 'localhost' }, 'config-invalid'],
  ])('%s: it says so and ends', async (_what, different, code) => {
    const demo = startDemo({ ...demoEnvironment(await freePort(), nobody), ...different });
    expect(await demo.exited).toBe(1);
    expect(demo.output()).toContain(`demo-sp: error: ${code}`);
  });
});
