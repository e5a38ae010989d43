/**
 * Values that the host keeps for the plugin, through reloads, new versions and restarts. They are on the disk
 * when the promise resolves, which takes its time for who writes often: 64 times at once, then 20 times a second.
 * A key has 1 to 256 characters; a plugin has 256 keys and 1 MiB at most.
 *
 * Rejects with a {@link ContextError}: `REQUEST_MALFORMED`, `STORAGE_FULL`.
 */
export interface StorageService {
  /** The plugin's own folder, where alone it may write files. It outlives the plugin's versions. */
  readonly folder: string
  /** The value as it was set, or `undefined`. */
  get(key: string): Promise<unknown>
  /**
   * @param value what JSON can hold, nested at most 64 deep and at most 256 KiB as JSON. What would be lost on the way
   * (`undefined`, functions, BigInts, NaN, Maps) is refused, but for keys of objects whose value is `undefined`.
   */
  set(key: string, value: unknown): Promise<void>
  /** A key that is not there is no error. */
  delete(key: string): Promise<void>
  /** In code-point order. */
  keys(): Promise<string[]>
}

/**
 * The same for what nobody else should see, such as passwords: strings of at most 64 KiB, 64 keys. The host keeps
 * them in its database, which only its own user can read, and shows them nowhere. They are not encrypted: whoever is
 * root, or has a copy of the database, has them.
 */
export interface SecretsService {
  get(key: string): Promise<string | undefined>
  set(key: string, value: string): Promise<void>
  delete(key: string): Promise<void>
  keys(): Promise<string[]>
}
