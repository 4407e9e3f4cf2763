import { setTimeout as pause } from 'node:timers/promises';
import { hashPassword } from '@gakumon/directory';
import { person, type RunningIdp, type SessionsPlace, startIdp } from '../idpProcess.ts';
import { residentMemoryOf } from '../processTime.ts';
import { signIn } from '../signOn.ts';
import { countAdoptions, type Federation, joinFederation, openOperator, waitForAdoption } from './federationNode.ts';
import { listServiceProviders } from './makeFederation.ts';

const concurrency = 8;
const refreshes = 5;

/** Resident memory of a node that knows the whole federation, MB: after logins at all of its SPs, and after refreshes. */
export async function measureMemory(
  federation: Federation,
  entities: number,
  sessions: SessionsPlace,
  logins: number,
): Promise<object> {
  const log: string[] = [];
  const idp = await startIdp(sessions, [], await cheapPerson(), [], {
    prepare: (folder) => joinFederation(folder, federation.url),
    onLog: (line) => log.push(line),
  });
  const operator = await openOperator(idp.folder);
  try {
    const started = residentMemoryOf(idp.pid);
    const afterLogins = await logInEverywhere(idp, entities, logins);
    const afterRefreshes: number[] = [];
    let most = afterLogins;
    for (let round = 0; round < refreshes; round += 1) {
      const before = countAdoptions(log);
      const watch = setInterval(() => {
        most = Math.max(most, residentMemoryOf(idp.pid));
      }, 20);
      federation.publish();
      await operator.orderRefresh();
      await waitForAdoption(log, before);
      await pause(500);
      clearInterval(watch);
      afterRefreshes.push(residentMemoryOf(idp.pid));
    }
    const afterMore = await logInEverywhere(idp, entities, Math.ceil(logins / 10));
    return {
      started,
      afterLogins,
      afterRefreshes,
      afterMoreLogins: afterMore,
      most: Math.max(most, afterMore),
      bar: 200,
    };
  } finally {
    await operator.close();
    await idp.stop();
  }
}

async function logInEverywhere(idp: RunningIdp, entities: number, count: number): Promise<number> {
  const serviceProviders = listServiceProviders(entities);
  let begun = 0;
  const logIn = async (): Promise<void> => {
    while (begun < count) {
      // A prime step: every SP gets its turn, and no two neighbours in the file follow each other.
      const sp = serviceProviders[(begun * 7919) % serviceProviders.length];
      begun += 1;
      if (sp !== undefined) await signIn(idp.baseUrl, sp, person.username, person.password);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, logIn));
  return residentMemoryOf(idp.pid);
}

/** The person of the bench with the cheapest of hashes: it is not the hash that is measured. */
async function cheapPerson(): Promise<string> {
  const passwordHash = await hashPassword(person.password, { logN: 10, r: 8, p: 1 });
  const attributes = { displayName: 'Hanako Yamada', jaDisplayName: '山田 花子', affiliation: ['student'] };
  // JSON is YAML.
  return JSON.stringify({
    version: 1,
    people: [{ username: person.username, passwordHash, groups: ['students'], attributes }],
  });
}
