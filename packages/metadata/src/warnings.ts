/** Something in metadata that did not stop it from being used, for the operator to look into. */
export type MetadataWarning = {
  /** The name of the metadata source. */
  readonly source: string;
  /** The entity that it is about; undefined when it is about the document or the source. */
  readonly entityId: string | undefined;
  readonly message: string;
};

/** Takes note of something about the entity that is being read. */
export type Warn = (message: string) => void;

/** Makes a `Warn` for one entity, or for the document. */
export type WarnAbout = (entityId: string | undefined) => Warn;

/** Shows a piece of a foreign document in a message: quoted, without control characters, never long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
