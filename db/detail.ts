/** A value of a field as it is written down; of text that people wrote, only how long it is (UTF-16 code units). */
export type Fact = string | number | boolean | null | { readonly length: number };
export type Facts = Readonly<Record<string, Fact>>;

/** What a mutation did to one row: null where there was none. Of an update, the fields that changed. */
export interface Change {
  readonly before: Facts | null;
  readonly after: Facts | null;
}
