/** The process that makes a request: its credentials, which the kernel tells (SO_PEERCRED). */
export interface Who {
  uid: number
  gid: number
  pid: number
}
