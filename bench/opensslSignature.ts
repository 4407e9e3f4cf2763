import { execFileSync } from 'node:child_process';

/**
 * CPU time of one RSA-2048 signature by `openssl speed`, which counts user time. The best of several short runs: the
 * others were disturbed.
 * @returns microseconds
 */
export function measureOpensslSignature(runs = 3): number {
  const times = Array.from({ length: runs }, () => {
    const output = execFileSync('openssl', ['speed', '-seconds', '2', '-mr', 'rsa2048'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const perSignature = /^\+F2:\d+:2048:([\d.]+):/m.exec(output)?.[1];
    if (perSignature === undefined) throw new Error(`openssl speed printed no figure:\n${output}`);
    return 1_000_000 / Number(perSignature);
  });
  return Math.min(...times);
}
