import type { Case } from '@gakumon/idp';
import { type AttemptId, type BrowserId, type CaseReference, minutes } from '@gakumon/terms';
import { start } from '../../conformance/subject.ts';
import type { RedisStores } from '../openRedisTransient.ts';
import { everydayFact, everydaySession, everydayVisit } from './redisBench.ts';

const attempt = 'attempt' as AttemptId;
const browser = 'browser' as BrowserId;

export const everydayCase: Case = {
  reference: 'K7Q2-9F' as CaseReference,
  at: start,
  code: 'service-unknown',
  detail: '「理由」',
  serviceProvider: undefined,
  username: 's1234567',
  address: '192.0.2.1',
  attempt,
  timeline: [{ at: start, kind: 'asked', text: 'https://sp.example.org asks for nothing' }],
};

/** Calls every method of every port, on every way that it can go, and leaves something behind in each. */
export async function useEveryPort({
  attempts,
  codes,
  pendingLogins,
  sessions,
  throttles,
  cases,
  ...rest
}: RedisStores) {
  for (let turn = 0; turn < 2; turn += 1) {
    await attempts.consume(attempt, start + minutes(180));
    await codes.use('s1234567 123456', start + minutes(2));
    const login = { attempt, browser, username: everydaySession('').username, expiresAt: start + minutes(10) };
    await pendingLogins.appendFact(login, everydayFact(turn));
    const { resetsAt } = await throttles.hit('account s1234567', minutes(10), start);
    await throttles.release('account s1234567', resetsAt);
  }
  await attempts.isConsumed(attempt);
  await pendingLogins.remove(attempt, 'other' as BrowserId);
  await pendingLogins.find(attempt, browser);
  await pendingLogins.prolong(attempt, browser, start + minutes(60));
  await pendingLogins.prolong(attempt, 'other' as BrowserId, start + minutes(60));
  await throttles.peek('account s1234567', start);
  await throttles.clear('other');
  // More than a ring holds
  for (let index = 0; index < 10; index += 1) {
    await cases.record({ ...everydayCase, reference: `K7Q2-9${index}` as CaseReference });
  }
  await cases.find('K7Q2-99' as CaseReference);
  await cases.listOfAttempt(attempt);
  await rest.pageStates.save('page', '{}', start + minutes(10));
  await rest.pageStates.find('page');
  await rest.pageStates.remove('other');
  const session = everydaySession('kept');
  await sessions.create(session);
  await sessions.create(session).catch(() => {});
  await sessions.appendFact(session.id, everydayFact(1));
  await sessions.appendServiceProvider(session.id, everydayVisit(1), start + minutes(90));
  await sessions.appendServiceProvider(session.id, everydayVisit(1), start + minutes(91));
  await sessions.find(session.id, start);
  const ended = everydaySession('ended');
  await sessions.create(ended);
  await sessions.revoke(ended.id);
  await sessions.listOfPerson(session.username, start);
}
