import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { skip, suite } from '../harness.js'
import { Namespace, Watch } from './links-watch.js'

const test = suite('system/links-order')

let namespace: Namespace
let watch: Watch

test.before(async () => {
  if (process.getuid?.() !== 0) skip('needs root to make network namespaces')
  namespace = new Namespace()
  namespace.ip('link add ifb7 type ifb\nlink set ifb7 up')
  watch = await Watch.start(namespace)
})
test.after(() => {
  watch?.kill()
  namespace?.remove()
})

const addresses = [
  '10.0.0.1/24',
  '10.0.0.2/24',
  '10.0.0.3/24',
  '10.1.0.1/16',
  '10.1.0.2/24',
  '169.254.3.4/16 scope link',
  '10.2.0.1/24 scope link',
  '2001:db8::1/64 nodad',
  '2001:db8::2/64 nodad',
  'fd00::1/128 nodad',
  'fe80::5/64 nodad',
  'fe80::6/64 nodad',
]

for (const promote of [0, 1]) {
  test(
    `addresses stay in the order of a dump, however they come and go (promote_secondaries ${promote})`,
    async () => {
      namespace.exec('sysctl', '-qw', `net.ipv4.conf.ifb7.promote_secondaries=${promote}`)
      const steps = fc.array(fc.tuple(fc.boolean(), fc.constantFrom(...addresses)), {
        minLength: 5,
        maxLength: 25,
      })
      let round = 0
      await fc.assert(
        fc.asyncProperty(steps, async (list) => {
          const { index } = watch.link('ifb7')
          namespace.ip('addr flush dev ifb7')
          const commands = list.map(([add, text]) => {
            return `addr ${add ? 'add' : 'del'} ${add ? text : text.split(' ')[0]} dev ifb7`
          })
          namespace.tryIp(commands.join('\n'))
          const mark = `mark${promote}${round++}`
          namespace.ip(
            `link set ifb7 down\nlink set ifb7 name ${mark}\nlink set ${mark} name ifb7\nlink set ifb7 up`,
          )
          namespace.tryIp(commands.join('\n'))
          namespace.ip(`link add ${mark} type ifb`)
          // For a moment the link itself was called so.
          await watch.untilLink(mark, (link) => link.index !== index)
          namespace.ip(`link delete ${mark}`)
          // The kernel ends its duplicate detection in its own time: a dump may be older than what was heard
          // since, or newer. What has come to rest is the same.
          let [heard, dumped] = ['', 'not dumped']
          for (let attempt = 0; heard !== dumped && attempt < 40; attempt++) {
            if (attempt > 0) await new Promise((done) => setTimeout(done, 50))
            const [snapshot] = await watch.ask('fresh', 'fresh')
            assert.ok(snapshot?.type === 'snapshot')
            dumped = String(snapshot.links.find((link) => link.name === 'ifb7')?.addresses)
            heard = String(watch.link('ifb7').addresses)
          }
          assert.is(heard, dumped)
        }),
        { numRuns: 25 },
      )
    },
    { timeout: 60_000 },
  )
}

test.run()
