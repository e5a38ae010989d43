/** The other end of a bare IPC channel: answers each offer, or each list of them, as a provider would. */
interface Offer {
  id: number
  connection: string
}

const answer = ({ id, connection }: Offer) => ({ id, result: 'SUCCESS', connection, volatile: true })

process.on('message', (message: Offer | Offer[]) => {
  process.send!(Array.isArray(message) ? message.map(answer) : answer(message))
})
process.send!('ready')
