import { isDeepStrictEqual, parseArgs } from 'node:util';
import {
  type InboundAuthnRequest,
  makeSealingKeys,
  openAttempt,
  receiveAuthnRequest,
  type SsoAttempt,
  sealAttempt,
} from '@gakumon/idp';
import { isGakumonError, toEntityId } from '@gakumon/terms';
import fc from 'fast-check';
import { madeUp, mutated } from './inputs.ts';
import { seededRandom } from './mutate.ts';
import { baseUrl, now, seeds, serviceProviders, signers } from './seeds.ts';

const { values: options } = parseArgs({
  options: {
    inputs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1e9) },
  },
});
const count = Number(options.inputs);
const seed = Number(options.seed);
/** No input may take longer, milliseconds of CPU time: other programs on this machine don't count. */
const longest = 250;
const batch = 500;

const idp = {
  entityId: toEntityId(`${baseUrl}/idp/shibboleth`),
  baseUrl,
  clock: () => now,
  serviceProviders,
  wantAuthnRequestsSigned: false,
  sealingKeys: makeSealingKeys([new Uint8Array(32).fill(7)]),
};

/** What the SPs that sign ever asked for; nothing else may be believed of them. */
const genuine: SsoAttempt[] = [];
for (const { inbound } of seeds) {
  const attempt = await receiveAuthnRequest(idp, inbound);
  if (signers.has(attempt.request.serviceProvider)) genuine.push(attempt);
}

const outcomes = new Map<string, number>();
const times = new Float64Array(count);
let hardest = 0;
const random = seededRandom(seed);

/** @returns what came of an input: a code, or `accepted` @throws Error when it should not have */
async function throwAt(inbound: InboundAuthnRequest): Promise<string> {
  try {
    const attempt = await receiveAuthnRequest(idp, inbound);
    await requireSound(attempt);
    if (!isDeepStrictEqual({ ...openAttempt(idp, sealAttempt(idp, attempt)).request }, withoutUndefined(attempt))) {
      throw new Error('the sealed attempt is another one');
    }
    return attempt.request.refusal === undefined ? 'accepted' : `accepted, to be told ${attempt.request.refusal}`;
  } catch (error) {
    if (isGakumonError(error) && error.row.told !== 'operator') return error.code;
    throw error;
  }
}

const withoutUndefined = ({ request }: SsoAttempt): object => JSON.parse(JSON.stringify(request));

async function requireSound(attempt: SsoAttempt): Promise<void> {
  const { request } = attempt;
  const { assertionConsumerServices: known = [] } = (await serviceProviders.find(request.serviceProvider)) ?? {};
  if (!known.some(({ location }) => location === request.assertionConsumerService)) throw new Error('a foreign ACS');
  if (!signers.has(request.serviceProvider)) return;
  // The RelayState beside a signed form is nobody's word (SAML Bindings 3.5.4.1).
  const isGenuine = genuine.some((one) =>
    isDeepStrictEqual({ ...one.request, relayState: 0 }, { ...request, relayState: 0 }),
  );
  if (!isGenuine) throw new Error('believed, though its sender never signed it');
}

function showProgress(done: number): void {
  const share = done / count;
  const bar = '#'.repeat(Math.round(share * 40)).padEnd(40, '.');
  const line = `[${bar}] ${String(Math.floor(share * 100)).padStart(3)} % ${done} of ${count}`;
  if (process.stdout.isTTY) process.stdout.write(`\r${line}${done === count ? '\n' : ''}`);
  else if (Math.floor((done * 10) / count) !== Math.floor(((done - batch) * 10) / count))
    process.stdout.write(`${line}\n`);
}

process.stdout.write(`seed ${seed}\n`);
const begun = performance.now();
for (let done = 0; done < count; ) {
  const size = Math.min(batch, count - done);
  const invented = fc.sample(madeUp, { numRuns: Math.ceil(size / 2), seed: (seed + done) | 0 });
  const inputs = [...invented, ...Array.from({ length: size - invented.length }, () => mutated(random))];
  for (const inbound of inputs) {
    const start = performance.now();
    const busy = process.threadCpuUsage();
    try {
      const outcome = await throwAt(inbound);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      const { user, system } = process.threadCpuUsage(busy);
      times[done] = performance.now() - start;
      hardest = Math.max(hardest, (user + system) / 1000);
      if (hardest > longest) throw new Error(`took ${hardest} ms of CPU time`);
    } catch (error) {
      process.stdout.write(`\nfailed at input ${done} of seed ${seed}\n${JSON.stringify(inbound)}\n`);
      throw error;
    }
    done += 1;
  }
  showProgress(done);
}

const sorted = times.toSorted();
const at = (share: number): string => (sorted[Math.min(count - 1, Math.floor(count * share))] ?? 0).toFixed(2);
for (const [outcome, times] of [...outcomes].sort(([, a], [, b]) => b - a)) {
  process.stdout.write(`${String(times).padStart(8)}  ${outcome}\n`);
}
process.stdout.write(
  `${count} inputs in ${((performance.now() - begun) / 1000).toFixed(1)} s; per input: median ${at(0.5)} ms, 99.9 % ${at(0.999)} ms, longest ${at(1)} ms, most CPU time ${hardest.toFixed(1)} ms; ${Math.round(process.resourceUsage().maxRSS / 1024)} MB\n`,
);
