/** How long an exchange may take and how much may come back. */
import type { Dispatcher } from "undici";
import { type ConnectorFailure, OutboundStopped } from "../../connectors/connector.ts";
import { compressed, tooLarge, tooSlow } from "./refusal.ts";

export interface Limits {
  /** From the first byte of the request to the last of the answer. */
  readonly millis: number;
  /** Of the body. */
  readonly bytes: number;
}

const isCoded = (header: string | ReadonlyArray<string> = "") => !/^\s*(identity)?\s*$/i.test(String(header));

const stop = (controller: Dispatcher.DispatchController, failure: ConnectorFailure) =>
  controller.abort(new OutboundStopped(failure));

const limited = (handler: Dispatcher.DispatchHandler, origin: string, limits: Limits) => {
  let timer: NodeJS.Timeout | undefined;
  let bytes = 0;
  const limiting: Dispatcher.DispatchHandler = {
    onRequestStart: (controller, context) => {
      clearTimeout(timer);
      timer = setTimeout(() => stop(controller, tooSlow(origin)), limits.millis);
      handler.onRequestStart?.(controller, context);
    },
    onResponseStart: (controller, status, headers, message) => {
      if (isCoded(headers["content-encoding"])) stop(controller, compressed(origin));
      else handler.onResponseStart?.(controller, status, headers, message);
    },
    onResponseData: (controller, chunk) => {
      bytes += chunk.length;
      if (bytes > limits.bytes) stop(controller, tooLarge(origin, limits.bytes));
      else handler.onResponseData?.(controller, chunk);
    },
    onResponseEnd: (controller, trailers) => {
      clearTimeout(timer);
      handler.onResponseEnd?.(controller, trailers);
    },
    onResponseError: (controller, error) => {
      clearTimeout(timer);
      // `fetch` waits for ever when it hears of an error in the very tick that brought it the headers.
      setImmediate(() => handler.onResponseError?.(controller, error));
    },
  };
  return limiting;
};

// A small compressed answer may unpack to any size, and `fetch` unpacks behind our back: so none is taken. `fetch`
// gives headers as one plain object and would ask for gzip itself.
const uncompressed = (headers: Dispatcher.DispatchOptions["headers"]) => ({
  ...Object.fromEntries(
    Object.entries(headers ?? {}).filter(([name]) => name.toLowerCase() !== "accept-encoding"),
  ),
  "accept-encoding": "identity",
});

export const limiting =
  (limits: Limits): Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (options, handler) =>
    dispatch(
      { ...options, headers: uncompressed(options.headers) },
      limited(handler, String(options.origin), limits),
    );
