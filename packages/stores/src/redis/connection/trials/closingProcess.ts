import { setImmediate as nextTurn } from 'node:timers/promises';
import { openRedisConnection } from '../openRedisConnection.ts';

/**
 * A process that opens the connection of its first argument, and closes it when its parent lets go of it, with as many
 * commands in flight as its second argument says. It prints how they ended, and what still lives in it then.
 */
const [location = '', count = '0'] = process.argv.slice(2);
const connection = await openRedisConnection(JSON.parse(location));
process.once('disconnect', async () => {
  const commands = Array.from({ length: Number(count) }, (_, n) =>
    connection.command('SET', `g:${n}`, n, 'PX', 60_000),
  );
  const ends = commands.map((command) => command.then(String, (error) => error.code));
  await Promise.all([connection.close(), connection.close()]);
  // What is destroyed is gone some turns later
  for (let turn = 0; turn < 10; turn += 1) await nextTurn();
  const alive = process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap');
  process.stdout.write(`closed ${JSON.stringify({ ends: await Promise.all(ends), alive })}\n`);
});
process.stdout.write('open\n');
