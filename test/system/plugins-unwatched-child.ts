/** Finds the plugins in a folder and tells which code it would run, and what is wrong. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Catalogue, type Scan } from '../../host/plugin-host/discovery/catalogue.js'
import { Watcher } from '../../host/plugin-host/discovery/watcher.js'
import { Stage } from '../../host/plugin-host/staging/stage.js'

const root = process.argv[2]!
const path = join(root, 'plugins')
const stage = await Stage.open(join(root, 'stage'))
// Who owns what is not what this is about: here everything belongs to nobody.
const folders = [{ path, bundled: true }]
const catalogue = new Catalogue({ folders, hostVersion: '1.0.0', stage, dev: false })
const watcher = new Watcher([path], {
  touched: () => {},
  look: async (folder) => tell(await catalogue.look(folder)),
  scan: async (thorough) => tell(await catalogue.scan(thorough)),
  problem: (message) => console.log(message),
})

let told = ''
async function tell(scan: Scan): Promise<void> {
  watcher.follow(scan)
  for (const { accepted } of scan.plugins) {
    if (!accepted || accepted.build === told) continue
    told = accepted.build
    console.log(`accepted ${await readFile(accepted.entry, 'utf8')}`)
  }
}

await tell(await catalogue.scan())
await watcher.start()
