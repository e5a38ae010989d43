/** Runs a command, its arguments, and says when it saw each line of what that prints, as `NANOSECONDS LINE`. */
import { spawn } from 'node:child_process'

const [command, ...args] = process.argv.slice(2)
const watched = spawn(command!, args, { stdio: ['ignore', 'pipe', 'inherit'] })
process.on('exit', () => watched.kill('SIGKILL'))
process.on('SIGTERM', () => process.exit())
process.stdin.on('end', () => process.exit()).resume()

let rest = ''
watched.stdout.setEncoding('utf8').on('data', (text) => {
  const at = process.hrtime.bigint()
  const lines = (rest + text).split('\n')
  rest = lines.pop()!
  for (const line of lines) process.stdout.write(`${at} ${line}\n`)
})
watched.once('spawn', () => process.stdout.write('ready\n'))
