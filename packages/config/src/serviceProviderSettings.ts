import { loadDocument } from './document.ts';
import { object, type Schema, text, uniqueBy, version, withRule, z } from './schema.ts';

const entry = object({
  entityId: text,
  signAssertion: z.boolean().default(false),
  encryption: z
    .enum(['optional', 'required', 'never'], { error: 'must be optional, required or never' })
    .default('optional'),
});

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
