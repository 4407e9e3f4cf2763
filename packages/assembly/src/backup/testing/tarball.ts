import { gzipSync } from 'node:zlib';

/** An entry as a hostile hand writes it: every field may be a lie. */
export type TarEntry = {
  readonly path: string;
  readonly body?: string | Uint8Array;
  /** `0` a file, `1` a hard link, `2` a symbolic link, `3` `4` devices, `5` a folder, `6` a pipe, `x` and `g` pax headers. */
  readonly type?: string;
  readonly linkPath?: string;
  /** Octets that the header promises; those of the body when not given. */
  readonly size?: number;
};

/** A ustar archive of exactly these entries. */
export function tar(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.map(writeEntry), Buffer.alloc(1024)]);
}

export const tarball = (entries: readonly TarEntry[]): Buffer => gzipSync(tar(entries));

function writeEntry({ path, body = '', type = '0', linkPath = '', size }: TarEntry): Buffer {
  const content = Buffer.from(body);
  const header = Buffer.alloc(512);
  const put = (text: string, at: number): void => void header.write(text, at, 'utf8');
  put(path, 0);
  put('0000777\0', 100);
  put('0000000\0', 108);
  put('0000000\0', 116);
  put(`${(size ?? content.length).toString(8).padStart(11, '0')}\0`, 124);
  put('00000000000\0', 136);
  put(' '.repeat(8), 148);
  put(type, 156);
  put(linkPath, 157);
  put('ustar\0', 257);
  put('00', 263);
  const sum = header.reduce((total, octet) => total + octet, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
