/**
 * The process of one test file, or of several: `node file-process.js FILE…`, with the runner at the other end of
 * the channel. Loads the files, checks what they declared, lets uvu run them and says when all is done.
 */
import { pathToFileURL } from 'node:url'
import { reportClockLook } from './clock-looks.js'
import { current } from './current.js'
import { tellRunner } from './messages.js'
import { reportNodeChildren } from './node-children.js'
import { registrations } from './registry.js'
import { describeThrown } from './thrown.js'

/** How long a file whose tests are done may take to end by itself. */
const grace = 2_000

/** What uvu will run: a heading (none) and then one entry for each `.run()`. */
const queue: unknown[] = [null]
// uvu's own switches for files that are loaded first and executed later, as its command sets them.
Object.assign(globalThis, { UVU_DEFER: 1, UVU_INDEX: 0, UVU_QUEUE: [queue] })

for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (thrown) => {
    const title = current.title ? `${event} during ${current.title}` : event
    tellRunner({ type: 'fault', title, text: describeThrown(thrown) })
  })
}

reportNodeChildren((command) => tellRunner({ type: 'started-node', command }))
if (!process.env.CLAIMD_TEST_CLOCK) reportClockLook(() => tellRunner({ type: 'looked-at-clock' }))

if (await loadAll(process.argv.slice(2))) {
  checkDeclarations()
  plan()
  leaveOutByOnly()
  const { exec } = await import('uvu')
  await exec()
} else plan()
tellRunner({ type: 'end' })
setTimeout(giveUp, grace).unref()

async function loadAll(files: string[]): Promise<boolean> {
  for (const file of files) if (!(await load(file))) return false
  return true
}

async function load(file: string): Promise<boolean> {
  try {
    await import(pathToFileURL(file).href)
    return true
  } catch (thrown) {
    tellRunner({ type: 'fault', title: 'loading', text: describeThrown(thrown) })
    return false
  }
}

function plan(): void {
  tellRunner({ type: 'plan', titles: registrations.flatMap(({ titles, only }) => [...titles, ...only]) })
}

function checkDeclarations(): void {
  const fault = (text: string) => tellRunner({ type: 'fault', title: 'declarations', text })
  if (registrations.length === 0) fault('the file declares no suite')
  for (const { name, titles, only, runs } of registrations) {
    if (titles.length + only.length === 0) fault(`suite ${name} has no test`)
    const double = titles.find((title, index) => titles.indexOf(title) !== index)
    if (double !== undefined) fault(`two tests are called ${double}`)
    if (runs === 0) fault(`suite ${name} was never put into the queue: test.run() is missing`)
    if (only.length > 0 && !process.env.CLAIMD_TEST_ONLY) fault(`.only is left on: ${only.join(', ')}`)
  }
  const runs = registrations.reduce((sum, registration) => sum + registration.runs, 0)
  if (queue.length - 1 !== runs) fault('a suite was made with uvu itself; make it with the harness')
}

/** uvu says nothing of the tests that it leaves out. */
function leaveOutByOnly(): void {
  for (const { titles, only } of registrations) {
    if (only.length === 0) continue
    for (const title of titles)
      tellRunner({ type: 'result', title, outcome: 'skip', text: 'left out by .only', ms: 0 })
  }
}

function giveUp(): void {
  const keeping = process.getActiveResourcesInfo().join(', ') || 'nothing that Node knows of'
  const text = `${grace} ms after its last test, kept by: ${keeping}`
  tellRunner({ type: 'fault', title: 'still alive', text })
  process.exit()
}
