export { KernelSource } from './kernel-source.js'
export { NetlinkChanger } from './netlink/netlink-changer.js'
export { NetlinkSource } from './netlink/netlink-source.js'
export { PollingSource } from './polling/polling-source.js'
