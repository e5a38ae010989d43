/** Installs a plugin: a command that a test may kill. */
import { install } from '../../../../host/plugin-host/installing/install.js'

const [source, folder] = process.argv.slice(2)
process.stdout.write('started\n')
await install(source!, folder!, { hostVersion: '1.0.0' })
