/**
 * A client of the daemon whose socket is its argument: says when it saw each claim, as `NANOSECONDS NAME`, by
 * the monotonic clock, which all processes share.
 */
import { Client } from '@claimd/sdk/client'

const client = new Client({ socket: process.argv[2]! })
const { revision } = await client.status()
process.stdout.write('ready\n')
for await (const { name } of client.events({ since: revision, types: ['claimed'] })) {
  process.stdout.write(`${process.hrtime.bigint()} ${name}\n`)
}
