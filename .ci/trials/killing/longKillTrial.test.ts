import { describeWith } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { type Crowd, gather } from '../../../scripts/trials/crowd.ts';
import {
  type FailOver,
  freezeMaster,
  giveBack,
  killMaster,
  killNode,
  killPostgres,
  revoke,
  type Stage,
  stopPostgres,
  terminateNode,
} from '../../../scripts/trials/events.ts';
import { describeLedger, emptyLedger } from '../../../scripts/trials/ledger.ts';
import { openTrialSite, trialPrograms } from '../../../scripts/trials/trialSite.ts';
import { complaintsAbout } from '../../../scripts/trials/verdict.ts';
import { pick, type Random, seededRandom } from '../fuzzing/mutate.ts';

const minutes = Number(process.env.GAKUMON_TRIAL_MINUTES ?? 10);
const seed = Number(process.env.GAKUMON_TRIAL_SEED ?? Date.now() % 1e9);

type Event = (stage: Stage, random: Random, failOvers: FailOver[]) => Promise<unknown>;

const events: Readonly<Record<string, Event>> = {
  stopPostgres,
  killPostgres,
  killMaster: async (stage, _random, failOvers) => failOvers.push(await killMaster(stage)),
  freezeMaster: async (stage, _random, failOvers) => failOvers.push(await freezeMaster(stage)),
  killNode: (stage, random) => killNode(stage, pick(random, stage.site.nodes)),
  terminateNode: (stage, random) => terminateNode(stage, pick(random, stage.site.nodes)),
  revoke: async (stage, random) => {
    const person = pick(random, stage.site.people);
    await revoke(stage, person);
    giveBack(stage, person);
  },
};

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function disturb(stage: Stage, failOvers: FailOver[]): Promise<number> {
  const random = seededRandom(seed);
  const end = performance.now() + minutes * 60_000;
  let count = 0;
  for (; performance.now() < end; count += 1) {
    const [name, event] = pick(random, Object.entries(events));
    await event(stage, random, failOvers);
    await stage.crowd.untilServed(1 + Math.floor(random() * 4));
    say(`${String(count + 1).padStart(4)} ${name.padEnd(14)} ${describeLedger(stage.ledger)}`);
    const complaints = complaintsAbout(stage.ledger);
    if (complaints.length > 0) throw new Error(`seed ${seed}: ${complaints.join('\n')}`);
  }
  return count;
}

describeWith(trialPrograms, 'a site on a bad day', () => {
  test(
    'answers nobody wrongly and loses no session that was replicated',
    async () => {
      say(`seed ${seed}, ${minutes} minutes`);
      const ledger = emptyLedger();
      const site = await openTrialSite(20);
      const failOvers: FailOver[] = [];
      const crowd: Crowd = gather({ site, ledger, answered: new Set() }, 24);
      let count = 0;
      try {
        await crowd.untilServed(1);
        count = await disturb({ site, crowd, ledger }, failOvers);
      } finally {
        await crowd.stop();
      }
      const served = failOvers.map((one) => one.served / 1000).toSorted((a, b) => a - b);
      say(`${count} events; ${describeLedger(ledger)}`);
      say(`${served.length} fail-overs, until somebody was signed in: ${served.map((s) => s.toFixed(1)).join(', ')} s`);
      expect(complaintsAbout(ledger)).toEqual([]);
    },
    (minutes + 5) * 60_000,
  );
});
