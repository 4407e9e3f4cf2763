const words: Readonly<Record<string, string>> = {
  ENOENT: 'is missing',
  EISDIR: 'is a folder, not a file',
  ENOTDIR: 'is not a folder, or something on its path is not',
  EACCES: 'may not be opened by this user',
  EPERM: 'may not be opened by this user',
  EROFS: 'is on a disk that cannot be written',
  ENOSPC: 'does not fit: the disk is full',
  ELOOP: 'is a symbolic link that leads to itself',
  EEXIST: 'is there already',
};

/** What the system's refusal of a file means, to be put behind its path. */
export function fileTrouble(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return words[String(code)] ?? `cannot be used: ${code ?? message}`;
}
