import { runCli } from '@gakumon/cli';

process.exitCode = await runCli({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  // Imported on first use: most commands never open a port.
  serve: async (parts) => (await import('@gakumon/server')).openDoors(parts),
});
