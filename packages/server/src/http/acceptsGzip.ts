/**
 * Whether a body may go out as gzip (RFC 9110 section 12.5.3).
 * @param header Accept-Encoding
 */
export function acceptsGzip(header: string | undefined): boolean {
  const codings = new Map<string, boolean>();
  for (const coding of (header ?? '').toLowerCase().split(',').slice(0, 32)) {
    const [name = '', ...parameters] = coding.split(';').map((part) => part.trim());
    codings.set(name, !parameters.some((parameter) => /^q=0(\.0{0,3})?$/.test(parameter)));
  }
  return codings.get('gzip') ?? codings.get('*') ?? false;
}
