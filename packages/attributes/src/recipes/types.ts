/**
 * How the values of one attribute are made of what is known about a person. `from` names an attribute of the directory or
 * of a source as the `Person` has it, or `username`, `directory`, `groups`. Values that come out are checked like any other.
 */
export type AttributeRecipe =
  | { readonly kind: 'direct'; readonly from: string }
  | { readonly kind: 'static'; readonly values: readonly string[] }
  /** Each value with the scope behind it; undefined: that of the person's directory. */
  | { readonly kind: 'scoped'; readonly value: AttributeRecipe; readonly scope: string | undefined }
  /** `${name}` stands for the one value of an attribute; several values, or none: nothing is made. */
  | { readonly kind: 'template'; readonly text: string }
  /** `otherwise`: what becomes of values that are not named. */
  | {
      readonly kind: 'map';
      readonly value: AttributeRecipe;
      readonly to: Readonly<Record<string, readonly string[]>>;
      readonly otherwise: 'keep' | 'drop';
    }
  /** The whole value must match; in `replace`, `$1` to `$9` stand for the groups and `$$` for a dollar sign. */
  | { readonly kind: 'regex'; readonly value: AttributeRecipe; readonly match: string; readonly replace: string }
  /** The first that yields anything. */
  | { readonly kind: 'first'; readonly of: readonly AttributeRecipe[] }
  /** All of them together. */
  | { readonly kind: 'all'; readonly of: readonly AttributeRecipe[] }
  /** By each of the person's affiliations, as they come out; `otherwise` where none is named. */
  | {
      readonly kind: 'byAffiliation';
      readonly of: Readonly<Record<string, AttributeRecipe>>;
      readonly otherwise: AttributeRecipe | undefined;
    };

/** attributes.yaml as plain data. */
export type AttributeRecipes = {
  /** By dictionary id; they win over what would be made without. `undefined`: the attribute is not made at all. */
  readonly recipes: Readonly<Record<string, AttributeRecipe | undefined>>;
  /** Whether attributes without a recipe are made as they are without attributes.yaml. */
  readonly defaults: boolean;
  /** GakuNin certified this IdP to tell how people's identities were checked (IAL2). Left out: it did not. */
  readonly certified?: boolean | undefined;
};

/** Without attributes.yaml. */
export const noRecipes: AttributeRecipes = { recipes: {}, defaults: true };
