import { identifierDigest } from '@gakumon/attributes';
import type { Username } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import { readConfig } from '../withConfig.ts';
import { withPeople } from '../withPeople.ts';
import { readLeavers } from './readLeavers.ts';
import { peopleRig, usersText } from './testing/peopleRig.ts';

const now = Date.parse('2026-11-23T00:00Z');

test('a list tells under which name somebody goes on', () => {
  const text = 'username,as-now\ns1,F1\ns2,\ns3,s3\ns4,a b\n';
  const { leavers, mistakes } = readLeavers(text, { at: now, as: 'gone' }, now);
  expect(leavers.map(({ username, successor }) => [username, successor])).toEqual([
    ['s1', 'f1'],
    ['s2', undefined],
  ]);
  expect(mistakes).toEqual([
    { line: 4, message: 'as-now is s3, who leaves' },
    { line: 5, message: expect.stringMatching(/^as-now .*no user name/) },
  ]);
});

test('a student who stays as staff: the new name may have what the old one had, and nobody else may', async () => {
  const rig = await peopleRig('[{ name: local, file: users.yaml }]', now);
  await rig.put('users.yaml', usersText(['username: s1', 'username: s2']));
  const digest = identifierDigest('source:username', 's1');
  const blockedFor = async () =>
    withPeople(await readConfig(rig.context), rig.context, async ({ isBlocked }) =>
      ['f1', 's2'].filter((name) => isBlocked(digest, name as Username)),
    );
  const two = await rig.run('user', 'leave', 's1', 's2', '--as-now', 'f1').catch(({ code }) => ({ code }));
  expect([two.code, await blockedFor()]).toEqual([2, []]);
  const said = await rig.run('user', 'leave', 's1', '--as-now', 'F1', '--json');
  expect(JSON.parse(said.out).people).toMatchObject([{ user: 's1', asNow: 'f1' }]);
  expect(await blockedFor()).toEqual(['s2']);
  // Said again without it, it is taken back
  expect((await rig.run('user', 'leave', 's1')).code).toBe(0);
  expect(await blockedFor()).toEqual(['f1', 's2']);
});
