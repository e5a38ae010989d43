/** A process that runs a program for a plugin, for a test of what is left when it is killed. */
import { execHandlers } from '../../../../../host/plugin-host/services/exec/exec-service.js'
import { FakeCaller } from '../fake-caller.js'

const [program] = process.argv.slice(2) as [string]
const caller = new FakeCaller({ exec: [{ program }] })
const { pid } = await execHandlers().execStart!({ handle: 1, program, args: [] }, caller)
process.stdout.write(`${pid}\n`)
// Its output is read for as long as it lives.
setInterval(() => {}, 1000)
