import { GakumonError } from '@gakumon/terms';
import { freePort } from '@gakumon/testkit';
import { afterAll } from '@jest/globals';
import { createLog, startServer } from '../index.ts';
import type { TestDoor } from './testDoor.ts';

/** A second door to the same sessions, whose records can go away. */
export type DoorWithoutRecords = { readonly baseUrl: string; setAway(isAway: boolean): void };

const opened: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of opened.splice(0)) await close();
});

/** Opens it with the records away; it is closed after the last test of the file. */
export async function openWithoutRecords({ parts }: Pick<TestDoor, 'parts'>): Promise<DoorWithoutRecords> {
  const { config, idp, history } = parts;
  let isAway = true;
  const unlessAway = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isAway) throw new GakumonError('store-unavailable', { detail: 'the records' });
    return work();
  };
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const server = await startServer(
    {
      ...parts,
      config: { ...config, idp: { ...config.idp, baseUrl } },
      idp: {
        ...idp,
        baseUrl,
        revocations: { add: (revocation) => unlessAway(() => idp.revocations.add(revocation)) },
      },
      history: { listOfPerson: (username, limit) => unlessAway(() => history.listOfPerson(username, limit)) },
    },
    { port, log: createLog({ write: () => {} }), noticeLimit: 0 },
  );
  opened.push(server.close);
  return {
    baseUrl,
    setAway(to) {
      isAway = to;
    },
  };
}
