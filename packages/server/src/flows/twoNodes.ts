import { createServer, request, type Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, temporaryFolder } from '@gakumon/testkit';
import { afterAll } from '@jest/globals';
import { openTestDoor, type TestDoor } from './testDoor.ts';

/** Two nodes of one IdP behind a balancer, which sends every request where the test says. */
export type TwoNodes = {
  readonly nodes: readonly [TestDoor, TestDoor];
  /** Which node answers from now on. */
  send(to: 0 | 1): void;
  /** The address of a fresh AuthnRequest, at the balancer. */
  ask(): string;
};

const running: Server[] = [];
afterAll(async () => {
  for (const server of running.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/**
 * They share their records, and start with the same keys; they are stopped after the last test of the file.
 * @param stores besides the records
 */
export async function openTwoNodes(stores: Readonly<Record<string, unknown>> = {}): Promise<TwoNodes> {
  let chosen = 0;
  const ports: string[] = [];
  const balancer = createServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const forwarded = request({ host: '127.0.0.1', port: ports[chosen], method, path, headers, agent: false });
    forwarded.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(forwarded);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => balancer.listen(port, '127.0.0.1', resolve));
  running.push(balancer);
  const baseUrl = `http://127.0.0.1:${port}`;
  const options = {
    at: new Date().toISOString(),
    idp: { baseUrl, entityId: `${baseUrl}/idp/shibboleth` },
    stores: { records: join(await temporaryFolder(), 'gakumon.db'), ...stores },
  };
  const nodes = [await openTestDoor(options), await openTestDoor(options)] as const;
  await untilAlike(nodes);
  ports.push(...nodes.map((node) => new URL(node.baseUrl).port));
  return {
    nodes,
    send(to) {
      chosen = to;
    },
    ask: () => nodes[0].sp.redirectTo(`${baseUrl}/idp/profile/SAML2/Redirect/SSO`).url,
  };
}

/** Each came with a users.yaml of its own; a login under the one is over when the other is taken up. */
async function untilAlike(nodes: readonly TestDoor[]): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (new Set(nodes.map(({ parts }) => parts.documents.generation())).size > 1) {
    if (performance.now() > deadline) throw new Error('the nodes do not share their documents');
    await delay(20);
  }
}
