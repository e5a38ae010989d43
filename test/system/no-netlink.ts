/**
 * Runs `claimd` where sockets of the family AF_NETLINK are refused, as in a sandbox: a seccomp filter on this
 * process, which nothing can take off again. Arguments: those of `claimd`.
 */
import koffi from 'koffi'

const EAFNOSUPPORT = 97
const AF_NETLINK = 16
const PR_SET_NO_NEW_PRIVS = 38
const PR_SET_SECCOMP = 22
const SECCOMP_MODE_FILTER = 2
const allow = 0x7fff0000
const refuse = 0x00050000 | EAFNOSUPPORT
const socketCalls: Record<string, number> = { x64: 41, arm64: 198 }
const socketCall = socketCalls[process.arch]
if (socketCall === undefined) throw new Error(`the number of socket(2) on ${process.arch} is not known`)

/** Code, what to skip if it holds and if not, operand: a program for the kernel's packet filter. */
const filter = [
  [0x20, 0, 0, 0], // the number of the call
  [0x15, 0, 3, socketCall],
  [0x20, 0, 0, 16], // its first argument
  [0x15, 0, 1, AF_NETLINK],
  [0x06, 0, 0, refuse],
  [0x06, 0, 0, allow],
] as const
const instructions = Buffer.alloc(8 * filter.length)
filter.forEach(([code, yes, no, operand], i) => {
  instructions.writeUInt16LE(code, 8 * i)
  instructions.writeUInt8(yes, 8 * i + 2)
  instructions.writeUInt8(no, 8 * i + 3)
  instructions.writeUInt32LE(operand, 8 * i + 4)
})
const program = Buffer.alloc(16)
program.writeUInt16LE(filter.length, 0)
program.writeBigUInt64LE(koffi.address(instructions), 8)

const prctl = koffi
  .load('libc.so.6')
  .func('int prctl(int option, unsigned long a, void *b, unsigned long c, unsigned long d)')
if (prctl(PR_SET_NO_NEW_PRIVS, 1, null, 0, 0) !== 0) throw new Error('prctl refuses no-new-privileges')
if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0) !== 0)
  throw new Error('prctl refuses the filter')

await import('../../host/cli/claimd.js')
