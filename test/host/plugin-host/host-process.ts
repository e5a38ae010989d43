/** A plugin host in a process of its own, for tests of what is left when that ends. */
import { Lab, until } from './support.js'

const lab = await Lab.start(['good', 'stuck'], { deactivateMs: 200 })
await lab.ask('good', 't1')
lab.host.ask([lab.question('stuck/main', 't1')])
await until(() => lab.row('stuck').state === 'running')
process.stdout.write(`pids ${lab.row('good').pid} ${lab.row('stuck').pid}\n`)
if (process.argv[2] === 'stop') {
  await lab.end()
  process.stdout.write('stopped\n')
}
