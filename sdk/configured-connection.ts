/** A named connection from the operator's configuration whose type one of the plugin's providers handles. */
export interface ConfiguredConnection {
  name: string
  type: string
  /** The part that only the provider understands; `{}` when the operator gave none. */
  config: Readonly<Record<string, unknown>>
}
