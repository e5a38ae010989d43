import { getSystemErrorMap } from 'node:util'
import { aligned, forEachAttribute, type Message, textAt } from './codec.js'
import * as c from './constants.js'

/** Why the kernel did not do what it was asked. */
export class KernelRefusal extends Error {
  /**
   * @param code the name of the error number, such as `EEXIST`
   * @param message `EEXIST (file already exists): ipv4: Address already assigned`: the last part are the kernel's
   *   own words, where it has some
   */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

/** What the last message of an answer says: 0 or a negative error number, and perhaps words. `null`: it was done. */
export function refusalOf({ type, flags, body }: Message): KernelRefusal | null {
  const errno = body.length < 4 ? 0 : body.readInt32LE(0)
  if (errno >= 0) return null
  let words = ''
  if ((flags & c.NLM_F_ACK_TLVS) !== 0) {
    forEachAttribute(body, attributesOffset(type, flags, body), body.length, (attribute, from, to) => {
      if (attribute === c.NLMSGERR_ATTR_MSG) words = `: ${textAt(body, from, to)}`
    })
  }
  const [name, text] = getSystemErrorMap().get(errno) ?? [`error ${-errno}`, 'not known']
  return new KernelRefusal(name, `${name} (${text})${words}`)
}

/** An error repeats the request's header, or unless capped all of it, before the attributes. */
function attributesOffset(type: number, flags: number, body: Buffer): number {
  if (type === c.NLMSG_DONE) return 4
  const repeated = (flags & c.NLM_F_CAPPED) !== 0 || body.length < 8 ? 16 : aligned(body.readUInt32LE(4))
  return 4 + repeated
}
