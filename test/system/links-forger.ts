/**
 * Sends what claims to be news of the kernel to every socket in its network namespace that hears of links.
 * Arguments: the datagram in hexadecimal digits, and how often to send it.
 */
import { readFileSync } from 'node:fs'
import koffi from 'koffi'
import { AF_NETLINK, NETLINK_ROUTE, RTMGRP_LINK, SOCK_RAW } from '../../host/links/netlink/constants.js'
import { systemCalls } from '../../host/links/netlink/system-calls.js'

const [, , digits = '', times = '1'] = process.argv
const datagram = Buffer.from(digits, 'hex')
const sendto = koffi
  .load('libc.so.6')
  .func('long sendto(int fd, const void *data, size_t length, int flags, const void *to, unsigned int size)')
const socket = systemCalls().socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)

const listening = readFileSync('/proc/net/netlink', 'utf8')
  .split('\n')
  .map((line) => line.trim().split(/\s+/))
  .filter(
    ([, protocol, , groups]) => Number(protocol) === NETLINK_ROUTE && Number(`0x${groups}`) & RTMGRP_LINK,
  )
let sent = 0
for (const [, , port] of listening) {
  const address = Buffer.alloc(12)
  address.writeUInt16LE(AF_NETLINK, 0)
  address.writeUInt32LE(Number(port), 4)
  for (let i = 0; i < Number(times); i++) {
    if (sendto(socket, datagram, datagram.length, 0, address, address.length) === datagram.length) sent++
  }
}
process.stdout.write(`${sent}\n`)
