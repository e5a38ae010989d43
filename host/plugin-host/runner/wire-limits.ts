/** The longest line a plugin may send, in bytes. */
export const lineLimit = 1024 * 1024

/** How deep objects and lists may be nested in a line that a plugin sends. */
export const depthLimit = 100

/** The longest text (reason, evidence, error) that is kept from a plugin, in UTF-16 units. */
export const textLimit = 1000
