import { loadDocument } from './document.ts';
import { object, type Schema, text, uniqueBy, version, withRule, z } from './schema.ts';

const ciphers = ['aes128-gcm', 'aes256-gcm', 'aes128-cbc', 'aes256-cbc'] as const;

/** As openssl and as metadata tools write it: with colons or not, in any case. */
const fingerprint = z
  .string()
  .transform((value) => value.replaceAll(':', '').toLowerCase())
  .refine((value) => /^[0-9a-f]{64}$/.test(value), {
    error: 'must be the SHA-256 of a certificate: 64 hexadecimal digits (gakumon metadata show lists them)',
  });

const entry = object({
  entityId: text,
  signAssertion: z.boolean().default(false),
  encryption: z
    .enum(['optional', 'required', 'never'], { error: 'must be optional, required or never' })
    .default('optional'),
  encryptionKey: fingerprint.optional(),
  cipher: z.enum(ciphers, { error: `must be one of ${ciphers.join(', ')}` }).optional(),
}).transform((value) => ({ ...value, encryptionKey: value.encryptionKey, cipher: value.cipher }));

/** What sps.yaml says about one service provider. */
export type ServiceProviderEntry = Readonly<z.infer<typeof entry>>;

const settingsSchema: Schema<readonly ServiceProviderEntry[]> = object({
  version,
  serviceProviders: withRule(z.array(entry), uniqueBy('entityId')),
}).transform(({ serviceProviders }) => serviceProviders);

/**
 * Reads sps.yaml: what differs for single service providers.
 * @throws GakumonError `document-invalid` with every mistake and its line, `file-unreadable`
 */
export function loadServiceProviderSettings(file: string): Promise<readonly ServiceProviderEntry[]> {
  return loadDocument(file, settingsSchema, 'document-invalid');
}
