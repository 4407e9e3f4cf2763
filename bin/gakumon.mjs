#!/usr/bin/env node
// The one file that any Node can read. It runs bin/main.ts: right here, or in another process where that needs a newer
// Node (the one in node_modules) or V8 flags that only count from the start (a server with a small young generation).
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';
import { watchNpm } from './npmParent.mjs';

const neededMajor = 24;
const serverFlags = ['--max-semi-space-size=8'];

const isOldNode = Number(process.versions.node.split('.')[0]) < neededMajor;
const flags = process.argv.includes('serve') ? serverFlags : [];
const lacksFlags = flags.some((flag) => !process.execArgv.includes(flag));

if (isOldNode || lacksFlags) {
  runElsewhere(isOldNode ? findNode() : process.execPath);
} else {
  module.enableCompileCache();
  // V8 would let a server's garbage grow to several times what lives, which is 50 MB more for no speed. A command that
  // goes through a federation lives on little at a time: its young generation stays small (8,000 entities as JSON: 160 MB
  // instead of 290)
  v8.setFlagsFromString(flags.length > 0 ? '--heap-growing-percent=75' : '--semi-space-growth-factor=1');
  await import('./main.ts');
}

function findNode() {
  const path = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
  if (existsSync(path) && !process.argv0.includes('node_modules')) return path;
  fail(`Node ${neededMajor} or newer is needed, and this is ${process.versions.node}`, 'npm install brings it along');
}

function runElsewhere(node) {
  const child = spawn(node, [...flags, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // glibc gives each thread an arena of its own, and what a server's threads free there stays with the process: 20 MB
    // of it after logins at 2,000 service providers. Other systems do not know the variable.
    env: flags === serverFlags ? { MALLOC_ARENA_MAX: '2', ...process.env } : process.env,
  });
  const stop = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  watchNpm(() => stop('SIGTERM'));
  child.on('error', (error) => fail(`${node} does not start: ${error.message}`, 'run npm install again'));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

function fail(message, hint) {
  process.stderr.write(`gakumon: error: ${message}\ngakumon: hint: ${hint}\n`);
  process.exit(1);
}
