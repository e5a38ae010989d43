import { appendFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { createInterface } from 'node:readline'

/**
 * A process of a plugin that can act, and speaks the wire's lines itself. Each act adds a line to the file that it is
 * started with, `BUILD FENCE`, and is answered when the host says so: with the question of an adapter of that name.
 */
const [file, build] = process.argv.slice(2) as [string, string]
const channel = new Socket({ fd: 3 })
const send = (message: object) => channel.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
const open: number[] = []

createInterface({ input: channel }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line)
  if (method === 'act') {
    appendFileSync(file, `${build} ${params.fence}\n`)
    open.push(id)
    return
  }
  if (id !== undefined) send({ id, result: {} })
  if (method === 'deactivate') process.exit(0)
  if (method !== 'calls') return
  const results = params.calls.map((call: { id: number; connection: string }) => {
    if (call.connection === 'end') process.exit(1)
    if (call.connection === 'answer')
      for (const act of open.splice(0))
        send({ id: act, result: { answer: { result: 'SUCCESS', evidence: build } } })
    return { id: call.id, answer: { result: 'SUCCESS', connection: call.connection } }
  })
  send({ method: 'results', params: { results } })
})
