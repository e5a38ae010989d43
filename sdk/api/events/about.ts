/** What an event is about: what filters by adapter, connection and plugin look at. What does not apply is left out. */
export interface EventAbout {
  /** The id of the adapter. */
  adapter?: string
  /** The name of the connection. */
  connection?: string
  /** The name of the plugin; of the provider's plugin, where the event tells of a provider. */
  plugin?: string
  /** The application's session. No event is about one yet. */
  session?: string
}
