import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fixedClock, temporaryFolder, testKeys } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { madeAggregate, signed, unsigned } from '../../fixtures/madeMetadata.ts';
import { openIndex } from '../../index/openIndex.ts';
import type { MetadataSource } from '../../sources/source.ts';
import { answerOf, startRawServer } from '../../sources/testing/rawServer.ts';
import { startProxy } from '../../sources/testing/startProxy.ts';
import type { IntakeJob, IntakeProgress } from '../refreshing.ts';
import { madeSource } from '../testing/madeSource.ts';
import { forkIntake, forkIntakeWith } from './forkIntake.ts';

const now = fixedClock()();
let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

async function jobOf(document: Uint8Array, trust: Partial<MetadataSource> = {}): Promise<IntakeJob> {
  const path = join(folder, 'metadata.xml');
  const into = join(folder, 'copy');
  await writeFile(path, document);
  await mkdir(into);
  return { source: madeSource('federation', { kind: 'file', path }, trust), from: { file: path }, into, now };
}

async function jobOfSilence(): Promise<{ readonly job: IntakeJob; readonly asked: Promise<unknown> }> {
  let heard: (() => void) | undefined;
  const asked = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const { url } = await startRawServer(() => heard?.());
  const into = join(folder, 'copy');
  await mkdir(into);
  return { job: { source: madeSource('slow', { kind: 'url', url }), from: { url, validators: {} }, into, now }, asked };
}

describe('an intake in a process of its own', () => {
  test('writes the copy, and tells how far it is and what it found', async () => {
    const ids = Array.from({ length: 6000 }, (_, index) => `https://sp${index}.example.org/sp`);
    const validUntil = now + 1000;
    const job = await jobOf(await signed(madeAggregate(ids, { validUntil }), testKeys.idpSigning), {
      signers: [{ pem: testKeys.idpSigning.certificatePem }],
      unsigned: false,
    });
    const told: IntakeProgress[] = [];
    const result = await forkIntake(job, { onProgress: (progress) => told.push(progress) });
    expect(result).toMatchObject({ kind: 'taken', facts: { validUntil, acceptedAt: now } });
    const opened = openIndex(job.into);
    expect(opened.index.entities).toHaveLength(6000);
    opened.close();
    expect(told.at(-1)?.done).toBe(told.at(-1)?.total);
  });

  test('goes through the proxy', async () => {
    const document = unsigned(madeAggregate(['https://sp.example.org/sp'], { validUntil: now + 1000 }));
    const proxy = await startProxy(await startRawServer(answerOf(document)));
    const url = 'https://metadata.example.test/metadata.xml';
    const into = join(folder, 'copy');
    await mkdir(into);
    const source = madeSource('federation', { kind: 'url', url });
    const job: IntakeJob = { source, from: { url, validators: {} }, into, now, proxy: proxy.url };
    await expect(forkIntake(job, {})).rejects.toMatchObject({
      code: 'metadata-fetch',
      detail: expect.stringContaining('does not speak TLS'),
    });
    expect(proxy.questions).toEqual([expect.stringMatching(/^CONNECT metadata\.example\.test:443 /)]);
  });

  test('a refusal crosses the border with its code, detail and hint', async () => {
    const document = await signed(
      madeAggregate(['https://sp.example.org/sp'], { validUntil: now + 1 }),
      testKeys.stranger,
    );
    const trust = { signers: [{ pem: testKeys.idpSigning.certificatePem }], unsigned: false };
    const refusal = forkIntake(await jobOf(document, trust), {});
    await expect(refusal).rejects.toMatchObject({
      name: 'GakumonError',
      code: 'metadata-signature',
      detail: expect.stringMatching(/[0-9A-F:]{95}/),
      hint: expect.any(String),
    });
    expect(await readdir(join(folder, 'copy'))).not.toContain('index.json');
  });

  test('one that is killed is a problem told, and no hang', async () => {
    const { job, asked } = await jobOfSilence();
    const before = await childrenOf(process.pid);
    const intake = forkIntake(job, {});
    await asked;
    for (const pid of await childrenOf(process.pid)) if (!before.includes(pid)) process.kill(pid, 'SIGKILL');
    await expect(intake).rejects.toMatchObject({ code: 'metadata-intake', detail: expect.stringContaining('SIGKILL') });
  });

  test('is stopped by the signal, also before it began', async () => {
    const { job, asked } = await jobOfSilence();
    const stopping = new AbortController();
    const intake = forkIntake(job, { signal: stopping.signal });
    await asked;
    stopping.abort();
    await expect(intake).rejects.toMatchObject({ code: 'interrupted' });
    await expect(forkIntake(job, { signal: stopping.signal })).rejects.toMatchObject({ code: 'interrupted' });
  });

  test('ends with the process that wanted it, however that ended', async () => {
    const { job, asked } = await jobOfSilence();
    const parent = fork(fileURLToPath(new URL('./testing/intakeParent.ts', import.meta.url)), [], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    parent.send({ job });
    await asked;
    const [child = 0] = await childrenOf(parent.pid ?? 0);
    expect(child).toBeGreaterThan(0);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    while (await isAlive(child)) await new Promise((resolve) => setImmediate(resolve));
  });

  const busy = fileURLToPath(new URL('./testing/busyIntake.ts', import.meta.url));
  const busyJob = (seconds: number): IntakeJob => ({
    source: madeSource(String(seconds), { kind: 'file', path: folder }),
    from: { file: folder },
    into: folder,
    now,
  });

  test('attack: one without a pause ends with the process that wanted it', async () => {
    const parent = fork(fileURLToPath(new URL('./testing/intakeParent.ts', import.meta.url)), [], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    parent.send({ job: busyJob(1000), entry: busy });
    await once(parent, 'message');
    const [child = 0] = await childrenOf(parent.pid ?? 0);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    while (await isAlive(child)) await new Promise((resolve) => setImmediate(resolve));
    expect(child).toBeGreaterThan(0);
  });

  test('attack: one that works far more than its document is worth is ended, with the reason', async () => {
    await expect(forkIntakeWith({ entry: busy }, busyJob(0), {})).rejects.toMatchObject({
      code: 'metadata-intake',
      detail: expect.stringContaining('it takes far more work than a document of that size should'),
    });
  });

  test('attack: one that waits for ever is ended', async () => {
    const { job } = await jobOfSilence();
    await expect(forkIntakeWith({ longest: 300 }, job, {})).rejects.toMatchObject({
      code: 'metadata-intake',
      detail: 'it was not taken in within 0.3 seconds',
    });
  });

  test('attack: no secret of this process reaches it', async () => {
    const { job, asked } = await jobOfSilence();
    process.env.GAKUMON_SEALING_KEY = 'of-this-process';
    const stopping = new AbortController();
    const before = await childrenOf(process.pid);
    const intake = forkIntake(job, { signal: stopping.signal });
    await asked;
    const [child = 0] = (await childrenOf(process.pid)).filter((pid) => !before.includes(pid));
    const environment = await readFile(`/proc/${child}/environ`, 'utf8');
    delete process.env.GAKUMON_SEALING_KEY;
    stopping.abort();
    await expect(intake).rejects.toMatchObject({ code: 'interrupted' });
    expect(environment).toContain('PATH=');
    expect(environment).not.toContain('of-this-process');
  });

  test('what is believed unsigned goes the same way', async () => {
    const job = await jobOf(unsigned(madeAggregate(['https://sp.example.org/sp'])));
    expect(await forkIntake(job, {})).toMatchObject({ kind: 'taken', facts: { signer: undefined } });
  });
});

async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(' ').filter(Boolean).map(Number);
}

async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return status !== '' && !/\) Z /.test(status);
}
