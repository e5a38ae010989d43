/** Stages a folder, and with `sweep` removes the copy again: a host that a test may kill, or run as somebody else. */
import { readContent } from '../../../../host/plugin-host/discovery/content.js'
import { Stage } from '../../../../host/plugin-host/staging/stage.js'

const [folder, source, then] = process.argv.slice(2)
const stage = await Stage.open(folder!)
process.stdout.write('open\n')
const draft = await stage.draft(source!, await readContent(source!), false)
await stage.keep('killed', draft)
if (then === 'sweep') {
  await stage.sweep(() => new Set())
}
