/** Who asks, as the kernel says (SO_PEERCRED). */
export interface Who {
  uid: number
  gid: number
  pid: number
}
