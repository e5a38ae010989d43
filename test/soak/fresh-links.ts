/** Prints the links of its network namespace, as somebody sees them who has just come: one JSON document. */
import { NetlinkSource } from '../../host/links/index.js'

const source = new NetlinkSource()
await source.start(([snapshot]) => {
  process.stdout.write(JSON.stringify(snapshot?.type === 'snapshot' ? snapshot.links : []))
})
source.close()
