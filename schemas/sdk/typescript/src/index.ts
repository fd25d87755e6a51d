export * from "./api.js";
export { LinklogError, UnreachableError, type Options, type RequestOptions, type StreamEvent } from "./core.js";
