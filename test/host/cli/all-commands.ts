import { claimd } from './fake-world.js'

/** The commands that a help lists below these words, each with the words before it, such as `plugin trust`. */
export async function allCommands(words = ''): Promise<string[]> {
  const [, list = ''] = (await claimd(`${words} --help`.trim())).out.split('\nCommands:\n')
  const names = [...list.split('\n\n')[0]!.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name]) => name!)
  const all = names.filter((name) => name !== 'help').map((name) => `${words} ${name}`.trim())
  const below = await Promise.all(all.map((name) => allCommands(name)))
  return all.flatMap((name, index) => (below[index]!.length > 0 ? below[index]! : [name]))
}
