import { randomUUID } from 'node:crypto';
import { openConfiguredStores } from '../../packages/assembly/src/index.ts';
import { loadConfig } from '../../packages/config/src/index.ts';
import { endSessionsOfPerson } from '../../packages/idp/src/index.ts';
import type { Username } from '../../packages/terms/src/index.ts';

/** Ends all sessions of a person, as an operator does: arguments are a gakumon.yaml and a username. */
const [file = '', username = ''] = process.argv.slice(2);
const config = await loadConfig(file, {});
const stores = await openConfiguredStores(config, { clock: Date.now, env: {} });
const { sessions, revocations } = stores;
const history = { append: () => undefined };
const idp = { sessions, revocations, lifetimes: config.sessions, clock: Date.now, newId: randomUUID, history };
await endSessionsOfPerson(idp, username as Username, { actor: 'operator' });
await stores.close();
