/** The first words of the commands that messages suggest. */
export const commandNames = [
  'run',
  'replay',
  'status',
  'adapters',
  'adapter',
  'connections',
  'connection',
  'providers',
  'plugins',
  'plugin',
  'explain',
  'offer',
  'release',
  'connect',
  'hold',
  'disconnect',
  'journal',
  'monitor',
  'config',
  'doctor',
  'help',
] as const

const suggested = new RegExp(
  String.raw`\bclaimd (?=(?:${[...commandNames, '--help'].join('|')})(?![\w-]))`,
  'g',
)

/**
 * The commands that a text suggests, as the one who reads it has to type them.
 * @param command how claimd is called, such as `npx claimd` or `claimd --socket /tmp/a.sock`
 */
export function asTyped(text: string, command: string): string {
  return command === 'claimd' ? text : text.replace(suggested, () => `${command} `)
}
