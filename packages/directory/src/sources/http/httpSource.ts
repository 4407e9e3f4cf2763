import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AttributeSource } from '../../ports.ts';
import { createFailover, type Endpoint } from '../failover.ts';
import type { SourceReport } from '../report.ts';
import type { SourceKind, SourceSettings } from '../settings.ts';
import { type RawAnswer, takeValues } from '../takeValues.ts';
import { createLeftOutTeller } from '../tellLeftOut.ts';
import { answerAt } from './answerAt.ts';
import { askUrl } from './askUrl.ts';
import { addressForLog, keyedUrl } from './keyedUrl.ts';

export type HttpSourceSettings = Pick<SourceSettings, 'name' | 'attributes' | 'timeout'> & {
  readonly kind: Extract<SourceKind, { by: 'http' }>;
};

/** Of one server. */
const mostConnections = 16;
/** Nobody is called so; a service that has to know whom it is asked for says that it knows nobody. */
const nobody = 'gakumon-check';

/** A service that answers JSON over HTTP(S). Nothing is asked of it before the first person is. */
export function createHttpSource(settings: HttpSourceSettings, report: SourceReport): AttributeSource {
  const { name, attributes: names, timeout, kind } = settings;
  const agents = createAgents(kind.ca);
  const tellLeftOut = createLeftOutTeller(name, report);
  const failover = createFailover(
    kind.urls.map((template) => endpointOf(template, kind, agents)),
    { name, timeout, report },
  );
  return {
    name,
    async find(key) {
      const answer = await failover.ask(key);
      if (answer === undefined) return undefined;
      const { attributes, leftOut } = takeValues(answer, names);
      tellLeftOut(leftOut);
      return attributes;
    },
    check: () => failover.check(nobody),
    close: async () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

type Agents = { readonly http: HttpAgent; readonly https: HttpsAgent };

function createAgents(ca: string | undefined): Agents {
  const bounds = { keepAlive: true, keepAliveMsecs: 10_000, maxSockets: mostConnections, maxFreeSockets: 4 };
  const trust = { rejectUnauthorized: true, minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) } as const;
  return { http: new HttpAgent(bounds), https: new HttpsAgent({ ...bounds, ...trust }) };
}

function endpointOf(
  template: string,
  { headers, path }: HttpSourceSettings['kind'],
  agents: Agents,
): Endpoint<RawAnswer | undefined> {
  return {
    name: addressForLog(template),
    async ask(key, within) {
      const url = keyedUrl(template, key);
      if (url === undefined) return undefined;
      const agent = url.protocol === 'https:' ? agents.https : agents.http;
      return answerAt(await askUrl(url, { agent, headers, within }), path);
    },
  };
}
