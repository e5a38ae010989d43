/**
 * A step of the build, and no part of the daemon: writes what is made of the manifest's schema for others, the
 * file for editors. With `--docs` it writes the documentation that is made of sources, too, and kept with them.
 */
import { writeFileSync } from 'node:fs'
import { editorSchema } from './editor-schema.js'
import { eventsPage } from './events-page.js'
import { manifestPage } from './manifest-page.js'

const sdk = new URL('../../../sdk/', import.meta.url)

writeFileSync(new URL('dist/manifest.schema.json', sdk), `${JSON.stringify(editorSchema(), null, 2)}\n`)
if (process.argv.includes('--docs')) {
  writeFileSync(new URL('docs/manifest.md', sdk), manifestPage())
  writeFileSync(new URL('docs/events.md', sdk), eventsPage())
}
