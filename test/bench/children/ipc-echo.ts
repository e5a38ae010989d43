/** The other end of a bare IPC channel: declines each offer, or each list of them, as a provider would. */
interface Offer {
  id: number
}

const answer = ({ id }: Offer) => ({ id, result: 'INVALID_CONNECTION', reason: 'it is down' })

process.on('message', (message: Offer | Offer[]) => {
  process.send!(Array.isArray(message) ? message.map(answer) : answer(message))
})
process.send!('ready')
