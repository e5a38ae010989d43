export * from "./adapter.js";
export * from "./api.js";
export * from "./connection-name.js";
export * from "./context.js";
export * from "./errors.js";
export type { Manifest, MatchRule, ProviderContribution } from "./manifest.js";
export * from "./provider.js";
export * from "./result-codes.js";
