import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { describeWith } from '../programs.ts';
import { postgresPrograms, privatePostgres } from './postgres.ts';
import { runPostgresProgram } from './postgresServer.ts';

describeWith(postgresPrograms, 'a private PostgreSQL', () => {
  test('keeps what it has when it is stopped, killed and started again', async () => {
    const server = await privatePostgres();
    const { database } = await server.createDatabase();
    await server.sql('create table kept (value integer)', database);
    await server.sql('insert into kept values (1)', database);
    await server.stop();
    await server.start();
    await server.sql('insert into kept values (2)', database);
    await server.stopHard();
    await expect(server.sql('select 1')).rejects.toThrow(/psql/);
    await server.start();
    expect(await server.sql('select value from kept order by value', database)).toBe('1\n2');
  });

  test('paused it takes connections and says nothing; resumed it answers', async () => {
    const server = await privatePostgres();
    await server.pause();
    const heard: string[] = [];
    const socket = connect(server.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    // The request for TLS, which is answered with one letter
    socket.write(Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]));
    const answered = new Promise((resolve) => socket.once('data', resolve));
    void answered.then((data) => heard.push(String(data)));
    // Longer than an answer takes
    await runPostgresProgram('psql', ['--version']);
    expect(heard).toEqual([]);
    server.resume();
    await answered;
    expect(heard).toEqual(['N']);
    socket.destroy();
  });

  test('has a standby that may only be read, until it is promoted', async () => {
    const server = await privatePostgres();
    const { database } = await server.createDatabase();
    await server.sql('create table kept (value integer)', database);
    const standby = await server.startStandby();
    await expect(standby.sql('insert into kept values (1)', database)).rejects.toThrow(/read-only transaction/);
    await server.stopHard();
    await standby.promote();
    await standby.sql('insert into kept values (1)', database);
    expect(await standby.sql('select count(*) from kept', database)).toBe('1');
  });
});
