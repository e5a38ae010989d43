/**
 * Whether a name inside a plugin folder is no part of the plugin: names that start with a dot, and what editors
 * leave beside a file while they save it. They are neither copied nor hashed nor watched.
 */
export function isIgnoredName(name: string): boolean {
  return name.startsWith('.') || leftByEditors.test(name)
}

// `x~`, `#x#`, Vim's swap files and the file with which it tries a folder, and what IDEs write before they rename it.
const leftByEditors = /~$|^#.*#$|\.(?:tmp|sw[opx]|crswap|vsctmp)$|___jb_(?:tmp|old)___$|^4913$/
