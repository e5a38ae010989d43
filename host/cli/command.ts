/** The command `claimd`: what it takes from its process, and how it ends. */
import { readlinkSync, writeSync } from 'node:fs'
import type { ControlClient } from './client.js'
import { commandWord } from './command-word.js'
import { exitCodes } from './exit-codes.js'
import { main } from './program.js'
import { ask } from './terminal.js'
import { usageError } from './usage.js'
import type { World } from './world.js'

/** Where the command was started; `null` when that folder is gone. What is loaded later asks for a folder, too. */
function startFolder(): string | null {
  try {
    return process.cwd()
  } catch {
    process.chdir('/')
    return null
  }
}

const folder = startFolder()
const loadClient = () => import('@claimd/sdk/client')

let readersMatter = true
const world: World = {
  args: process.argv.slice(2),
  env: process.env,
  uid: process.geteuid!(),
  command: () => commandWord(process.env, process.argv[1]!),
  get folder() {
    if (folder !== null) return folder
    throw usageError(
      'The working folder no longer exists',
      'a relative path, or a command that works in its folder',
      'an absolute path, or a folder that exists',
      'change to another folder: cd /',
    )
  },
  stdout: process.stdout,
  stderr: process.stderr,
  now: () => new Date(),
  defaultSocket: async () => (await loadClient()).defaultSocket(process.env, process.geteuid!()),
  findSocket: async () => (await loadClient()).findSocket(process.env, process.geteuid!()),
  connect: async (socket): Promise<ControlClient> => new (await loadClient()).Client({ socket }),
  networkNamespace: () => {
    try {
      return readlinkSync('/proc/self/ns/net')
    } catch {
      return null
    }
  },
  findDaemon: async (places) => (await import('../lib/find-daemon.js')).findDaemon(places),
  ask,
  input: async () => (await import('./terminal.js')).input(),
  runCommand: async (command) => (await import('./run-command.js')).runCommand(command),
  edit: async (editor, file) => (await import('./editor.js')).runEditor(editor, file),
  tools: async () => (await import('../main.js')).tools,
  checkPlugin: async (folder) => (await import('../main.js')).checkPlugin(folder),
  startDaemon: async (options) => (await import('../main.js')).startDaemon(options),
  verifyPlugin: async (options) => (await import('../main.js')).verifyPlugin(options),
  signals: process,
  exit: (code) => process.exit(code),
  outliveReaders: () => {
    readersMatter = false
  },
}

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!readersMatter) return
    // A reader that has seen enough (`| head`) is no error; what could not be written elsewhere is.
    if (error.code === 'EPIPE') process.exit(process.exitCode)
    if (stream === process.stdout) writeSync(2, `claimd: the output could not be written: ${error.message}\n`)
    process.exit(exitCodes.internal)
  })
}

// Not process.exit(): what was written has to reach its reader first.
process.exitCode = await main(world)
// A daemon that has stopped is over, whatever was left open by mistake: its manager would wait for it.
if (!readersMatter) setTimeout(() => process.exit(), 5_000).unref()
