/** One setting, as forms, flags and documentation show it. `default: null` = must be given. */
export interface Field {
  readonly name: string;
  readonly title: string;
  readonly help: string;
  /** Settings arrive as text; the stored setting is of this type. */
  readonly type: "text" | "number" | "boolean";
  /** A text of several lines, like certificates. */
  readonly lines?: true;
  readonly secret: boolean;
  /** An address that this server sends requests to, with the secrets if there are any. */
  readonly calls?: true;
  readonly default: string | null;
}

/** A setting in words, a text that must be given unless `rest` says otherwise. */
export const field = (name: string, title: string, help: string, rest: Partial<Field> = {}): Field => ({
  name,
  title,
  help,
  type: "text",
  secret: false,
  default: null,
  ...rest,
});
