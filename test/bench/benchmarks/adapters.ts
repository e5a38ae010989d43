import type { Benchmark } from '../benchmark.js'
import { Daemon } from '../place/daemon.js'
import { claimd } from '../place/files.js'
import { lackingForLinks, lackingForNetworkManager } from '../place/needs.js'
import { Network, names } from '../place/network.js'
import { NetworkManager } from '../place/network-manager.js'
import { Place } from '../place/place.js'
import { quiet, timed } from '../place/processes.js'
import { median, spread } from '../report/statistics.js'

export const adapters: Benchmark = {
  name: 'adapters',
  title: 'the command `claimd adapters`, the whole process',
  lacking: lackingForLinks,
  run: (report, { quick, runs }) =>
    Place.use(async (place) => {
      const count = quick ? 100 : 1000
      const network = new Network(place)
      await network.ifbs(names('i', count), 'up')
      const daemon = new Daemon(place, { network })
      await daemon.answers()
      await daemon.claims(count)

      const commands: Record<string, () => Promise<number>> = {
        claimd: () => timed([claimd, 'adapters', '--socket', daemon.socket]),
        node: () => timed([process.execPath, '-e', '0']),
      }
      const lacking = lackingForNetworkManager()
      if (lacking) report.skip('NetworkManager', lacking)
      else {
        const other = new Network(place)
        await other.ifbs(names('i', count), 'down')
        const { env } = await NetworkManager.start(place, other, count + 1)
        commands.nmcli = () => timed(['nmcli', 'device'], env)
      }
      await quiet()
      const times = await inTurns(commands, 3 + 4 * runs)
      report.figure({
        what: `claimd adapters, ${count} links`,
        value: median(times.claimd!),
        unit: 'ms',
        spread: spread(times.claimd!),
        budget: 150,
        ...(times.nmcli && { beside: { name: 'nmcli device', value: median(times.nmcli) } }),
      })
      report.figure({
        what: 'node -e 0, the floor',
        value: median(times.node!),
        unit: 'ms',
        spread: spread(times.node!),
      })
      report.note(
        "claimd's links are up, with an address, and claimed; NetworkManager's are down, which it shows sooner.",
      )
    }),
}

async function inTurns(
  commands: Readonly<Record<string, () => Promise<number>>>,
  rounds: number,
): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = {}
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(commands)) {
      times[name] ??= []
      times[name].push(await run())
    }
  }
  return times
}
