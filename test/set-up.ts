/** Makes ready what the tests want of the machine: `node dist/test/set-up.js`, which `npm test` calls first. */
import { provide, thisMachine } from './setup/debian.js'
import { systemPackages } from './setup/packages.js'

provide(thisMachine(), systemPackages, (line) => process.stdout.write(`${line}\n`))
