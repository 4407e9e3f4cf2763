import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { AssetAddresses } from './pageData.ts';

/** One of our own files, ready to be sent. */
export type Asset = { readonly type: string; readonly body: Buffer; readonly gzipped: Buffer };

export type Assets = {
  readonly addresses: AssetAddresses;
  /** By path, e.g. `/assets/3f2a…/style.css`. */
  find(path: string): Asset | undefined;
};

const own = path.join(import.meta.dirname, '..', 'assets');
const names = ['pico.css', 'style.css', 'logo.svg', 'login.js', 'post.js', 'webauthn.js'] as const;
const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Reads our files into memory, each under an address with the hash of its content, which may then be cached for ever.
 * @param themeDirectory a folder whose files stand in for ours of the same name
 */
export function loadAssets(themeDirectory: string | undefined): Assets {
  const byPath = new Map<string, Asset>();
  const addresses = {} as Record<(typeof names)[number], string>;
  for (const name of names) {
    const body = readFileSync(locate(name, themeDirectory));
    const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
    addresses[name] = `/assets/${hash}/${name}`;
    byPath.set(addresses[name], { type: types[path.extname(name)] ?? '', body, gzipped: gzipSync(body) });
  }
  return { addresses, find: (address) => byPath.get(address) };
}

function locate(name: string, themeDirectory: string | undefined): string {
  const themed = themeDirectory === undefined ? undefined : path.join(themeDirectory, name);
  if (themed !== undefined && existsSync(themed)) return themed;
  return name === 'pico.css'
    ? createRequire(import.meta.url).resolve('@picocss/pico/css/pico.min.css')
    : path.join(own, name);
}
