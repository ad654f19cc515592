/** Settings of a connection out of its provider's own description, instead of written by hand. */
import { Clock, Effect } from "effect";
import type { Connector, Describing } from "../../../../connectors/connector.ts";
import { InvalidValue, type JsonObject, NotSupported } from "../../../domain/index.ts";
import { fetchDescription, type PlainSettings } from "../../../sync/index.ts";
import { withPatience } from "../probe.ts";

const invalid = (detail: string) => new InvalidValue({ detail: `metadata: ${detail}` });

const isGiven = (settings: JsonObject, name: string) => (settings[name] ?? "") !== "";

/** What it says, of the provider that the settings name, if they do. The document, or what stands at the address. */
export const readDescription = Effect.fnUntraced(function* (
  describing: Describing,
  settings: JsonObject,
  document: string | null,
) {
  if (document === null && !isGiven(settings, describing.address))
    return yield* invalid(`give the document, or set ${describing.address}.`);
  const text =
    document ??
    (yield* withPatience(fetchDescription(describing, settings)).pipe(
      Effect.mapError(({ detail }) => invalid(detail)),
    ));
  const read = describing.read(text, yield* Clock.currentTimeMillis, settings);
  return yield* Effect.fromResult(read).pipe(Effect.mapError(invalid));
});

/** The settings with those that its provider's description gives. As they are, where none is given or needed. */
export const describedSettings = Effect.fn("describedSettings")(function* (
  { title, describing }: Connector,
  plain: PlainSettings,
  document: string | null,
) {
  const { settings } = plain;
  if (describing === undefined) {
    if (document === null) return plain;
    return yield* new NotSupported({ detail: `${title} connections have no metadata to be read from.` });
  }
  const { fills, address } = describing;
  const isWhole = fills.every((name) => isGiven(settings, name));
  if (document === null && (isWhole || !isGiven(settings, address))) return plain;
  // The entity ID may choose one of several providers; with what else is given, two would say the same thing.
  const twice = fills.slice(1).find((name) => isGiven(settings, name));
  if (twice !== undefined) return yield* invalid(`leave out ${twice}, which it says, or the metadata.`);
  const described = yield* readDescription(describing, settings, document);
  return { ...plain, settings: { ...settings, ...described } } satisfies PlainSettings as PlainSettings;
});
